/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Message text on its way to the wire behind DATA: every line end becomes CRLF (RFC 5321 section
 * 2.3.8), a dot at the start of a line is doubled (section 4.5.2), and the last line is ended. A stream
 * filter: it keeps a few bytes of state, never the text. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SmtpContent:
 *
 * The state of the filter and its counters. Initialise with SMTP_CONTENT_INIT; read the counters, leave
 * the rest alone.
 */
typedef struct
{
  guint64  n_bytes;       /* taken in */
  guint64  n_lines;       /* lines ended so far */
  guint64  n_stuffed;     /* dots doubled */
  guint64  n_line_ends;   /* bare LF or bare CR put right */
  guint64  n_long_lines;  /* lines over 998 octets, section 4.5.3.1.6 */
  gsize    column;        /* octets of the current line */
  gboolean cr;            /* a CR was seen whose LF may follow */
} SmtpContent;

#define SMTP_CONTENT_INIT { 0, }

void smtp_content_push   (SmtpContent *self,
                          const char  *bytes,
                          gsize        length,
                          GByteArray  *out);
void smtp_content_finish (SmtpContent *self,
                          GByteArray  *out);

G_END_DECLS
