/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* One thing done and what came of it: the unit the program is made of and the row people read. Opened
 * once, settled once, by the dialogue alone (smtp-step-private.h); everybody else only reads. */

#pragma once

#include <gio/gio.h>

#include "dialogue/smtp-plan.h"
#include "dialogue/smtp-tls-info.h"
#include "dialogue/smtp-verdict.h"

G_BEGIN_DECLS

typedef enum
{
  SMTP_STEP_LOOKUP,   /* name to addresses */
  SMTP_STEP_CONNECT,  /* one address tried */
  SMTP_STEP_GREETING, /* waiting for the server to speak first */
  SMTP_STEP_COMMAND,  /* one command line and its reply */
  SMTP_STEP_HANDSHAKE, /* of TLS */
  SMTP_STEP_SILENCE,  /* waiting for what should not come; good when nothing does */
  SMTP_STEP_CONTENT,  /* the message text, its final dot, and the reply */
  SMTP_STEP_UNASKED,  /* what the server said without being asked */
  SMTP_STEP_CLOSE,    /* the end of the connection */
} SmtpStepKind;

/**
 * SmtpFailure:
 *
 * Why a step ended without a (whole) reply, or why a reply that came ends the run.
 */
typedef enum
{
  SMTP_FAILURE_NONE,
  SMTP_FAILURE_NO_SUCH_NAME,        /* the name does not exist, or has no address */
  SMTP_FAILURE_LOOKUP,              /* the name service did not answer, or failed */
  SMTP_FAILURE_CONNECTION_REFUSED,  /* nobody listens there */
  SMTP_FAILURE_UNREACHABLE,         /* no route to host or network */
  SMTP_FAILURE_TIMEOUT,             /* nothing, or not enough, came in time */
  SMTP_FAILURE_CLOSED,              /* the server closed the connection */
  SMTP_FAILURE_RESET,               /* the server (or something between) cut it */
  SMTP_FAILURE_CANCELLED,           /* we stopped */
  SMTP_FAILURE_NOT_SMTP,            /* what came is not an SMTP reply */
  SMTP_FAILURE_TLS_BYTES,           /* what came is TLS */
  SMTP_FAILURE_OUT_OF_STEP,         /* a reply nobody asked for */
  SMTP_FAILURE_REPLY_TOO_LARGE,     /* over our limit */
  SMTP_FAILURE_NO_STARTTLS,         /* encryption was demanded, and the server does not offer it */
  SMTP_FAILURE_COMMAND_INJECTION,   /* a command that went in clear behind STARTTLS was answered inside TLS */
  SMTP_FAILURE_INJECTION,           /* bytes in clear behind the reply to STARTTLS, where none may be */
  SMTP_FAILURE_PLAIN_TEXT,          /* what came instead of TLS is plain text */
  SMTP_FAILURE_TLS_ALERT,           /* the server ended TLS with an alert; the detail is its name */
  SMTP_FAILURE_TLS,                 /* TLS failed; the detail is what the library says */
  SMTP_FAILURE_TRUNCATED,           /* the connection ended inside TLS without the good-bye TLS has */
  SMTP_FAILURE_CERTIFICATE,         /* the certificate is bad, and the plan is strict about that */
  SMTP_FAILURE_FILE,                /* the message file could not be read to its end */
  SMTP_FAILURE_IO,                  /* anything else; see the detail */
} SmtpFailure;

#define SMTP_TYPE_STEP (smtp_step_get_type ())
G_DECLARE_FINAL_TYPE (SmtpStep, smtp_step, SMTP, STEP, GObject)

SmtpStepKind        smtp_step_get_kind          (SmtpStep *self);
SmtpPhase           smtp_step_get_phase         (SmtpStep *self);
SmtpVerb            smtp_step_get_verb          (SmtpStep *self);
SmtpVerdict         smtp_step_get_verdict       (SmtpStep *self);
gboolean            smtp_step_is_settled        (SmtpStep *self);
gboolean            smtp_step_is_expected       (SmtpStep *self);
SmtpCommand        *smtp_step_get_command       (SmtpStep *self);
SmtpReply          *smtp_step_get_reply         (SmtpStep *self);
SmtpFailure         smtp_step_get_failure       (SmtpStep *self);
const char         *smtp_step_get_detail        (SmtpStep *self);
int                 smtp_step_get_recipient     (SmtpStep *self);
gboolean            smtp_step_is_secure         (SmtpStep *self);

/* Times in microseconds since the start of the run; -1: not (yet). */
gint64              smtp_step_get_start_us      (SmtpStep *self);
gint64              smtp_step_get_first_byte_us (SmtpStep *self);
gint64              smtp_step_get_end_us        (SmtpStep *self);
gint64              smtp_step_get_limit_us      (SmtpStep *self);

/* LOOKUP: the name asked for and the addresses found. CONNECT: the address tried, the one we had. */
const char         *smtp_step_get_target        (SmtpStep *self);
guint16             smtp_step_get_port          (SmtpStep *self);
const char * const *smtp_step_get_addresses     (SmtpStep *self);
const char         *smtp_step_get_local         (SmtpStep *self);

/* HANDSHAKE: what it showed. */
SmtpTlsInfo        *smtp_step_get_tls           (SmtpStep *self);

/* CONTENT: what was written of the message so far, dots doubled, without the final dot. */
guint64             smtp_step_get_content_bytes (SmtpStep *self);
guint64             smtp_step_get_content_total (SmtpStep *self);
guint64             smtp_step_get_fixed_line_ends (SmtpStep *self);
gboolean            smtp_step_is_content_complete (SmtpStep *self);

const char         *smtp_step_kind_to_id        (SmtpStepKind kind);

G_END_DECLS
