/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What the user asked: one probe, as values that are checked when they are set. The window's form and
 * the command line's options both come in here as text, so a rule stands in one place and its error
 * shows at the field it belongs to. A plan is filled, then checked as a whole, then only read. It holds
 * no human sentence: errors are codes, their words are in diagnosis/smtp-advice. */

#pragma once

#include <gio/gio.h>

#include "dialogue/smtp-tls-options.h"

G_BEGIN_DECLS

#define SMTP_PLAN_ERROR (smtp_plan_error_quark ())
GQuark smtp_plan_error_quark (void);

/**
 * SmtpPlanError:
 *
 * Why a value was refused. Addresses are refused with SMTP_MAILBOX_ERROR instead, choices about TLS with
 * SMTP_TLS_OPTIONS_ERROR.
 */
typedef enum
{
  SMTP_PLAN_ERROR_HOST_EMPTY,        /* no host given */
  SMTP_PLAN_ERROR_HOST_CONTROL,      /* a control character or white space inside */
  SMTP_PLAN_ERROR_HOST_SYNTAX,       /* neither a host name nor an IP address */
  SMTP_PLAN_ERROR_HOST_LONG,         /* over 253 octets, or a label over 63 */
  SMTP_PLAN_ERROR_PORT_EMPTY,        /* no port given */
  SMTP_PLAN_ERROR_PORT_RANGE,        /* a number outside 1 to 65535 */
  SMTP_PLAN_ERROR_PORT_SERVICE,      /* not a number and not a known service name */
  SMTP_PLAN_ERROR_EHLO_NAME,         /* neither a domain nor an address literal */
  SMTP_PLAN_ERROR_NO_RECIPIENTS,     /* the probe goes to RCPT or beyond, and there are none */
  SMTP_PLAN_ERROR_NO_MESSAGE,        /* the probe sends a message, and there is none */
  SMTP_PLAN_ERROR_FILE,              /* the message file cannot be read; the message says why */
  SMTP_PLAN_ERROR_CHOICE,            /* not one of the words allowed here */
  SMTP_PLAN_ERROR_TIMEOUT,           /* not a number of seconds from 1 to 3600 */
  SMTP_PLAN_ERROR_FAMILY,            /* the address typed is of the family that was excluded */
} SmtpPlanError;

/**
 * SmtpPhase:
 *
 * The stretches of a probe, in order. They name steps, stop points and time-outs.
 */
typedef enum
{
  SMTP_PHASE_LOOKUP,
  SMTP_PHASE_CONNECT,
  SMTP_PHASE_HANDSHAKE, /* of TLS, on connect or behind STARTTLS */
  SMTP_PHASE_GREETING,
  SMTP_PHASE_EHLO,      /* also the one inside TLS */
  SMTP_PHASE_STARTTLS,
  SMTP_PHASE_SILENCE,   /* waiting for what should not come, see %SMTP_CHECK_INJECTION */
  SMTP_PHASE_MAIL,
  SMTP_PHASE_RCPT,
  SMTP_PHASE_DATA,
  SMTP_PHASE_CONTENT,   /* the message text, and each write of it */
  SMTP_PHASE_FINAL,     /* the reply behind the final dot */
  SMTP_PHASE_RSET,
  SMTP_PHASE_QUIT,
  SMTP_PHASE_CLOSE,
} SmtpPhase;

#define SMTP_N_PHASES (SMTP_PHASE_CLOSE + 1)

/**
 * SmtpPlanField:
 *
 * What can be set as text, see smtp_plan_set().
 */
typedef enum
{
  SMTP_PLAN_HOST,         /* name, IPv4, IPv6, [IPv6]; as typed */
  SMTP_PLAN_PORT,         /* number or service name */
  SMTP_PLAN_EHLO_NAME,    /* domain or address literal; empty: [local address] once connected */
  SMTP_PLAN_SENDER,       /* reverse-path; empty or <>: the null reverse-path */
  SMTP_PLAN_RECIPIENT,    /* adds one forward-path */
  SMTP_PLAN_SECURITY,     /* none, starttls, starttls-required, tls; empty: as the port suggests */
  SMTP_PLAN_STOP_AFTER,   /* connect, greeting, ehlo, starttls, mail, rcpt, data, message */
  SMTP_PLAN_FAMILY,       /* any, ipv4, ipv6 */
  SMTP_PLAN_TIMEOUTS,     /* quick, rfc: sets all phases */
  SMTP_PLAN_CLOSE,        /* quit, drop */
  SMTP_PLAN_MESSAGE_FILE, /* path of a file that is sent as the message */
} SmtpPlanField;

typedef enum
{
  SMTP_FAMILY_ANY,
  SMTP_FAMILY_IPV4,
  SMTP_FAMILY_IPV6,
} SmtpFamily;

/**
 * SmtpSecurity:
 *
 * When the connection is to be encrypted.
 */
typedef enum
{
  SMTP_SECURITY_NONE,
  SMTP_SECURITY_STARTTLS,          /* RFC 3207, if the server offers it */
  SMTP_SECURITY_STARTTLS_REQUIRED, /* the same, or not at all */
  SMTP_SECURITY_TLS,               /* from the first byte, RFC 8314 section 3.3 */
} SmtpSecurity;

/**
 * SmtpCheck:
 *
 * Questions beside those of a usual probe.
 */
typedef enum
{
  SMTP_CHECK_NONE,
  SMTP_CHECK_IN_CLEAR,   /* whether MAIL and AUTH are taken without encryption; no credential is ever sent */
  SMTP_CHECK_INJECTION,  /* whether a command in clear behind STARTTLS is carried out inside TLS (CVE-2011-0411) */
} SmtpCheck;

typedef struct _SmtpPlan SmtpPlan;

#define SMTP_TYPE_PLAN (smtp_plan_get_type ())
GType               smtp_plan_get_type         (void);

SmtpPlan           *smtp_plan_new              (void);
SmtpPlan           *smtp_plan_ref              (SmtpPlan       *self);
void                smtp_plan_unref            (SmtpPlan       *self);

gboolean            smtp_plan_set              (SmtpPlan       *self,
                                                SmtpPlanField   field,
                                                const char     *value,
                                                GError        **error);
gboolean            smtp_plan_set_target       (SmtpPlan       *self,
                                                const char     *target,
                                                GError        **error);
gboolean            smtp_plan_set_timeout      (SmtpPlan       *self,
                                                SmtpPhase       phase,
                                                guint           seconds,
                                                GError        **error);
gboolean            smtp_plan_set_tls          (SmtpPlan       *self,
                                                SmtpTlsOption   option,
                                                const char     *value,
                                                GError        **error);
void                smtp_plan_set_message      (SmtpPlan       *self,
                                                GBytes         *message);
void                smtp_plan_set_check        (SmtpPlan       *self,
                                                SmtpCheck       check);
gboolean            smtp_plan_check            (SmtpPlan       *self,
                                                GError        **error);

const char         *smtp_plan_get_host         (SmtpPlan       *self);
gboolean            smtp_plan_is_literal       (SmtpPlan       *self);
guint16             smtp_plan_get_port         (SmtpPlan       *self);
const char         *smtp_plan_get_ehlo_name    (SmtpPlan       *self);
const char         *smtp_plan_get_sender       (SmtpPlan       *self);
guint               smtp_plan_get_n_recipients (SmtpPlan       *self);
const char         *smtp_plan_get_recipient    (SmtpPlan       *self,
                                                guint           index);
SmtpPhase           smtp_plan_get_stop_after   (SmtpPlan       *self);
SmtpSecurity        smtp_plan_get_security     (SmtpPlan       *self);
SmtpTlsOptions     *smtp_plan_get_tls          (SmtpPlan       *self);
const char         *smtp_plan_get_sni          (SmtpPlan       *self);
const char         *smtp_plan_get_verify_name  (SmtpPlan       *self);
SmtpFamily          smtp_plan_get_family       (SmtpPlan       *self);
gboolean            smtp_plan_get_quit         (SmtpPlan       *self);
gint64              smtp_plan_get_timeout_us   (SmtpPlan       *self,
                                                SmtpPhase       phase);
SmtpCheck           smtp_plan_get_check        (SmtpPlan       *self);
GBytes             *smtp_plan_get_message      (SmtpPlan       *self);
const char         *smtp_plan_get_message_file (SmtpPlan       *self);

const char         *smtp_security_to_id        (SmtpSecurity    security);
SmtpSecurity        smtp_security_for_port     (guint16         port);
const char         *smtp_phase_to_id           (SmtpPhase       phase);
guint               smtp_timeouts_get_preset   (const char     *preset,
                                                SmtpPhase       phase);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmtpPlan, smtp_plan_unref)

G_END_DECLS
