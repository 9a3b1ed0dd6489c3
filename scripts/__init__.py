"""Chores: build the sample corpus, measure. They call KindSearch as anybody would."""
