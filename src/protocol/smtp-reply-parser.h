/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Bytes to replies, in whatever pieces they come. The parser never fails: what is not a reply by the
 * book becomes a reply with flaws. It is bounded: past its limit bytes are counted and dropped.
 * It needs no knowledge of the conversation; a line without a code at the start of a reply is a
 * (flawed) reply of its own. */

#pragma once

#include "protocol/smtp-reply.h"

G_BEGIN_DECLS

/* A reply of 64 MiB is no reply; see the README on limits. */
#define SMTP_REPLY_DEFAULT_LIMIT (64 * 1024 * 1024)

typedef struct _SmtpReplyParser SmtpReplyParser;

SmtpReplyParser *smtp_reply_parser_new         (gsize             limit);
void             smtp_reply_parser_free        (SmtpReplyParser  *self);
gsize            smtp_reply_parser_feed        (SmtpReplyParser  *self,
                                                const char       *bytes,
                                                gsize             length,
                                                SmtpReply       **reply);
SmtpReply       *smtp_reply_parser_finish      (SmtpReplyParser  *self);
SmtpReply       *smtp_reply_parser_take_rest   (SmtpReplyParser  *self,
                                                const char       *bytes,
                                                gsize             length);
gsize            smtp_reply_parser_get_pending (SmtpReplyParser  *self,
                                                const char      **bytes);
gboolean         smtp_reply_parser_is_full     (SmtpReplyParser  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmtpReplyParser, smtp_reply_parser_free)

G_END_DECLS
