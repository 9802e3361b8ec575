"""The year's round (under /dot-xep-loai/)."""
