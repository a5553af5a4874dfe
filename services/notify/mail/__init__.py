"""Sends notifications by email: optional, and off unless a mail server is set.

The one part of this service that does I/O beside its wiring. The rules know nothing of it; it reads
`customer.notifications` as any other mailer would.

worker     notifications from Kafka → stored mails
mail_store  mails until they are sent, and which ones were, in MongoDB
mailer     due mails → the server, each at most once; what fails → dead letters
smtp       one mail to the server, and whether it was taken
composing  a notification → a mail
templates/  what is written, by language; a site may replace any of them
"""
