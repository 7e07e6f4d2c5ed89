"""Our transformer: multilingual BERT, trimmed, taught on our corpus, exported to ONNX (`python -m nlp.training.transformer`)."""
