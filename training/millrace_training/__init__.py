"""Trains a model on a training set, exports it to ONNX, and writes what the registry needs beside it."""
