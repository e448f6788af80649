"""What whoever runs the site writes into files of their own, which settings name.

Front door: `files`, for `chatsite.settings`. A mistake in one is said in a sentence, at the start.
"""
