"""Models on this machine: where their files lie, how one becomes a graph, and how ONNX Runtime runs that."""
