"""The outside world into the model: the only place that reads inputs."""
