"""Kanaler: one file for each kind of outside place. They know messages, and nothing of tables or organisations."""

from __future__ import annotations

from trygghet.channels.messages import Account, Channel, Letter, Message, NotSent, Picture, Post, Receipt, Unclear

__all__ = ["Account", "Channel", "Letter", "Message", "NotSent", "Picture", "Post", "Receipt", "Unclear"]
