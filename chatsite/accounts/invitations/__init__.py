"""Invitations: links by which somebody makes an account of their own, with a role chosen before.

It promises that a link is shown once and kept as a digest, works once, and is void when its time is
over or an administrator took it back; nobody gets an account in another way of their own. The front
doors are `views` and `inviting`.
"""
