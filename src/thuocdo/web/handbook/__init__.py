"""The handbook inside the product: docs/handbook as pages, and which of its sections is about which page."""
