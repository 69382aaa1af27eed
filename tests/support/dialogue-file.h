/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* One dialogue as a data file: what is asked, what the server says, and what must come of it. The same
 * files are played to the dialogue without I/O and to a session over loopback.
 *
 *   plan FIELD VALUE      host, from, to, helo, stop, close, timeout, message
 *   plan text OCTETS      a message of that size
 *   S TEXT                the server says a line (CRLF is added); \\r \\n \\xHH are understood
 *   R TEXT                the server says these bytes and no more
 *   X COUNT TEXT          these bytes, that often
 *   C TEXT                the client must send this line now
 *   M                     the client must send message text up to the final dot
 *   T OCTETS              the client must send so much message text; what follows of it is not looked at
 *   close, reset, hush    the server ends the connection, cuts it, or says nothing more
 *   = STEP VERDICT [CODE] [FLAW...]   a step of the transcript: a verb, or a kind
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

GPtrArray    *dialogue_file_list      (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DialogueFile, dialogue_file_free)

G_END_DECLS
