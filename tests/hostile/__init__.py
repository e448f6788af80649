"""Text of models, people, tools and servers is data, in every place that shows it."""
