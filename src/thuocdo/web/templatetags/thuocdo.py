"""Filters every template may use: Vietnamese numbers, dates and state names."""

from django import template

register = template.Library()
