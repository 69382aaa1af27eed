/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "protocol/smtp-codes.h"

/* RFC 5321 section 4.3.2, with the errata and additions: 521 and 556 by RFC 7504, 530 by RFC 4954,
 * 454 by RFC 3207, 455 and 555 for parameters, 450 and 550 at DATA for PRDR-less content refusal. Ended by 0. */
static const guint16 any_codes[] = { 421, 500, 501, 0 };
static const guint16 connect_codes[] = { 220, 521, 554, 0 };
static const guint16 hello_codes[] = { 250, 502, 504, 550, 0 };
static const guint16 starttls_codes[] = { 220, 454, 502, 503, 0 };
static const guint16 mail_codes[] = { 250, 451, 452, 455, 503, 530, 550, 552, 553, 555, 0 };
static const guint16 rcpt_codes[] = { 250, 251, 450, 451, 452, 455, 503, 530, 550, 551, 552, 553, 555, 556, 0 };
static const guint16 data_codes[] = { 354, 450, 451, 503, 530, 550, 554, 0 };
static const guint16 content_codes[] = { 250, 450, 451, 452, 550, 552, 554, 0 };
static const guint16 rset_codes[] = { 250, 0 };
static const guint16 quit_codes[] = { 221, 0 };
static const guint16 vrfy_codes[] = { 250, 251, 252, 502, 504, 530, 550, 551, 553, 0 };
static const guint16 expn_codes[] = { 250, 252, 502, 504, 530, 550, 0 };
static const guint16 help_codes[] = { 211, 214, 502, 504, 530, 0 };
static const guint16 no_codes[] = { 0 };

static const struct
{
  const guint16 *codes;
  const char    *section;
} answers[] = {
  [SMTP_VERB_CONNECT] = { connect_codes, "RFC 5321 3.1" },
  [SMTP_VERB_EHLO] = { hello_codes, "RFC 5321 4.1.1.1" },
  [SMTP_VERB_HELO] = { hello_codes, "RFC 5321 4.1.1.1" },
  [SMTP_VERB_STARTTLS] = { starttls_codes, "RFC 3207 4" },
  [SMTP_VERB_MAIL] = { mail_codes, "RFC 5321 4.1.1.2" },
  [SMTP_VERB_RCPT] = { rcpt_codes, "RFC 5321 4.1.1.3" },
  [SMTP_VERB_DATA] = { data_codes, "RFC 5321 4.1.1.4" },
  [SMTP_VERB_CONTENT] = { content_codes, "RFC 5321 4.1.1.4" },
  [SMTP_VERB_RSET] = { rset_codes, "RFC 5321 4.1.1.5" },
  [SMTP_VERB_NOOP] = { rset_codes, "RFC 5321 4.1.1.9" },
  [SMTP_VERB_QUIT] = { quit_codes, "RFC 5321 4.1.1.10" },
  [SMTP_VERB_VRFY] = { vrfy_codes, "RFC 5321 4.1.1.6" },
  [SMTP_VERB_EXPN] = { expn_codes, "RFC 5321 4.1.1.7" },
  [SMTP_VERB_HELP] = { help_codes, "RFC 5321 4.1.1.8" },
  [SMTP_VERB_OTHER] = { no_codes, "RFC 5321 4.2.4" },
};

static gboolean
contains (const guint16 *codes,
          guint          code)
{
  for (; *codes != 0; codes++)
    {
      if (*codes == code)
        return TRUE;
    }

  return FALSE;
}

/**
 * smtp_codes_is_expected:
 * @verb: what was sent
 * @code: the reply code
 *
 * Whether RFC 5321 section 4.3.2 (with RFC 4954 and RFC 7504) foresees @code as an answer to @verb. An
 * unforeseen code is not void: its first digit counts (section 4.3.2, last paragraphs).
 *
 * Returns: %TRUE if it is foreseen
 */
gboolean
smtp_codes_is_expected (SmtpVerb verb,
                        guint    code)
{
  g_return_val_if_fail (verb <= SMTP_VERB_OTHER, FALSE);

  return contains (answers[verb].codes, code) || contains (any_codes, code);
}

/**
 * smtp_codes_get_section:
 * @verb: what was sent
 *
 * Returns: (transfer none): where the standard describes it: "RFC 5321 4.1.1.3"
 */
const char *
smtp_codes_get_section (SmtpVerb verb)
{
  g_return_val_if_fail (verb <= SMTP_VERB_OTHER, NULL);

  return answers[verb].section;
}
