"""The JSON door: task systems deliver tasks here with a bearer token. Described in docs/api.md."""
