"""The operator's language model, where there is one: asked which of our facts answer (docs/language-model.md)."""
