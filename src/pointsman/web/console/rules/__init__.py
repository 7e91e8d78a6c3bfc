"""Processors and rulesets in the editor of the console."""

from pointsman.web.console.rules import bench, conditions, editing, lists

handlers = [*lists.handlers, *editing.handlers, *bench.handlers, *conditions.handlers]
