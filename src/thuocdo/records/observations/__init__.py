"""The continuous record of observations on leaders: who wrote, when, on what, and whether the person has read it."""
