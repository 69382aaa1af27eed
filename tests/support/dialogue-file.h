/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* One dialogue as a data file: what is asked, what the server says, and what must come of it. The same
 * files are played to the dialogue without I/O and to a session over loopback.
 *
 *   plan FIELD VALUE      host, from, to, helo, security, strict, stop, close, timeout, message
 *   plan text OCTETS      a message of that size
 *   S TEXT                the server says a line (CRLF is added); \\r \\n \\xHH are understood
 *   R TEXT                the server says these bytes and no more
 *   X COUNT TEXT          these bytes, that often
 *   C TEXT                the client must send this line now
 *   M                     the client must send message text up to the final dot
 *   T OCTETS              the client must send so much message text; what follows of it is not looked at
 *   hello                 the client must begin TLS now; what it sends from here on is not looked at
 *   tls CHAIN [VERSION]   the server takes part in it, with these certificates of the test PKI, whose root is trusted
 *   breaks HOW [DETAIL]   plain, alert, tls, closed: what becomes of the handshake by that, for who plays without TLS
 *   close, reset, hush    the server ends the connection, cuts it, or says nothing more
 *   cut                   the server ends the connection without the good-bye of TLS
 *   = STEP VERDICT [CODE] [FLAW...]   a step of the transcript: a verb, or a kind
 *   = handshake VERDICT [CODE] [FAULT...]   one that is a handshake
 *   outcome OUTCOME REASON EXIT       the diagnosis */

#pragma once

#include "dialogue/smtp-transcript.h"

G_BEGIN_DECLS

typedef enum
{
  EVENT_SAY,
  EVENT_EXPECT,
  EVENT_MESSAGE,
  EVENT_TEXT,
  EVENT_HELLO,
  EVENT_TLS,
  EVENT_BREAK,
  EVENT_CUT,
  EVENT_CLOSE,
  EVENT_RESET,
  EVENT_HUSH,
} EventKind;

typedef struct
{
  EventKind  kind;
  GBytes    *bytes;
  gsize      octets;
  int        line;
} Event;

typedef struct
{
  char      *path;
  SmtpPlan  *plan;
  GArray    *events;      /* of Event */
  GString   *transcript;  /* what must come of it */
  char      *outcome;
} DialogueFile;

DialogueFile *dialogue_file_read      (const char     *path,
                                       guint16         port);
void          dialogue_file_free      (DialogueFile   *self);
char         *dialogue_file_summarise (SmtpTranscript *transcript);
void          dialogue_file_check     (DialogueFile   *self,
                                       SmtpTranscript *transcript);

char         *event_get_word          (const Event    *event,
                                       char          **rest);

GPtrArray    *dialogue_file_list      (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DialogueFile, dialogue_file_free)

G_END_DECLS
