/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "session/smtp-der.h"

#include <string.h>

/* Returns the size of the tag and the length that the next element begins with, 0 if they are not whole. */
static gsize
read_header (const SmtpDer *rest,
             gsize         *length)
{
  guint n;

  if (rest->size < 2 || (rest->at[0] & 0x1f) == 0x1f)
    return 0;

  *length = rest->at[1];
  if (*length < 0x80)
    return 2;

  n = *length & 0x7f;
  if (n == 0 || n > 4 || rest->size < 2 + n)
    return 0;

  *length = 0;
  for (guint i = 0; i < n; i++)
    *length = *length << 8 | rest->at[2 + i];

  return 2 + n;
}

/**
 * smtp_der_next:
 * @rest: (inout): what is left to read; moved behind the element
 * @tag: (out): the kind of the element
 * @content: (out): what is in it
 *
 * Reads one element. Tags of more than one byte and indefinite lengths, which no certificate needs, are
 * errors.
 *
 * Returns: whether there was a whole one; if not, nothing is changed
 */
gboolean
smtp_der_next (SmtpDer *rest,
               guint8  *tag,
               SmtpDer *content)
{
  gsize length;
  gsize header = read_header (rest, &length);

  if (header == 0 || length > rest->size - header)
    return FALSE;

  *tag = rest->at[0];
  content->at = rest->at + header;
  content->size = length;
  rest->at += header + length;
  rest->size -= header + length;

  return TRUE;
}

/**
 * smtp_der_enter:
 * @rest: (inout): what is left to read; moved behind the element
 * @tag: the kind that is expected
 * @content: (out): what is in it
 *
 * Returns: whether the next element is of that kind; if not, nothing is changed
 */
gboolean
smtp_der_enter (SmtpDer *rest,
                guint8   tag,
                SmtpDer *content)
{
  guint8 found;

  return rest->size > 0 && rest->at[0] == tag && smtp_der_next (rest, &found, content);
}

/* Reads an element and keeps it with its header. */
static gboolean
take_whole (SmtpDer *rest,
            SmtpDer *whole)
{
  SmtpDer content;

  whole->at = rest->at;
  if (!smtp_der_enter (rest, SMTP_DER_SEQUENCE, &content))
    return FALSE;

  whole->size = (gsize) (rest->at - whole->at);

  return TRUE;
}

static int
two_digits (const guint8 *at)
{
  return (at[0] - '0') * 10 + (at[1] - '0');
}

/* A time, which must be written the one way that RFC 5280 section 4.1.2.5 allows. */
static gboolean
take_time (SmtpDer *rest,
           gint64  *seconds)
{
  g_autoptr (GDateTime) time = NULL;
  SmtpDer text;
  guint8 tag;
  int year;

  if (!smtp_der_next (rest, &tag, &text))
    return FALSE;
  if (!(tag == SMTP_DER_UTC_TIME && text.size == 13) && !(tag == SMTP_DER_GENERALIZED_TIME && text.size == 15))
    return FALSE;
  if (text.at[text.size - 1] != 'Z')
    return FALSE;
  for (gsize i = 0; i < text.size - 1; i++)
    {
      if (!g_ascii_isdigit (text.at[i]))
        return FALSE;
    }

  year = two_digits (text.at);
  if (tag == SMTP_DER_UTC_TIME)
    {
      year += year < 50 ? 2000 : 1900;
    }
  else
    {
      year = year * 100 + two_digits (text.at + 2);
      text.at += 2;
    }

  time = g_date_time_new_utc (year, two_digits (text.at + 2), two_digits (text.at + 4), two_digits (text.at + 6),
                              two_digits (text.at + 8), two_digits (text.at + 10));
  if (time == NULL)
    return FALSE;

  *seconds = g_date_time_to_unix (time);

  return TRUE;
}

/**
 * smtp_der_read_certificate:
 * @whole: a certificate
 * @parts: (out): its parts, which live as long as the bytes of @whole
 *
 * Finds the parts of a certificate, RFC 5280 section 4.1.
 *
 * Returns: whether all are there
 */
gboolean
smtp_der_read_certificate (SmtpDer             whole,
                           SmtpDerCertificate *parts)
{
  SmtpDer outer;
  SmtpDer body;
  SmtpDer ignored;
  SmtpDer validity;
  guint8 tag;

  if (!smtp_der_enter (&whole, SMTP_DER_SEQUENCE, &outer) || !take_whole (&outer, &parts->signed_part))
    return FALSE;

  whole = parts->signed_part;
  smtp_der_enter (&whole, SMTP_DER_SEQUENCE, &body);
  smtp_der_enter (&body, SMTP_DER_CONTEXT_0, &ignored);

  if (!smtp_der_enter (&body, SMTP_DER_INTEGER, &parts->serial) ||
      !smtp_der_enter (&body, SMTP_DER_SEQUENCE, &ignored) ||
      !take_whole (&body, &parts->issuer) ||
      !smtp_der_enter (&body, SMTP_DER_SEQUENCE, &validity) ||
      !take_time (&validity, &parts->not_before) ||
      !take_time (&validity, &parts->not_after) ||
      !take_whole (&body, &parts->subject) ||
      !take_whole (&body, &parts->public_key))
    return FALSE;

  /* Identifiers that nobody uses may come before. */
  parts->extensions.size = 0;
  while (smtp_der_next (&body, &tag, &ignored))
    {
      if (tag == SMTP_DER_CONTEXT_3)
        return smtp_der_enter (&ignored, SMTP_DER_SEQUENCE, &parts->extensions);
    }

  return body.size == 0;
}

/* Goes into a sequence that may go on behind what is there. */
static gboolean
open_sequence (SmtpDer *rest)
{
  gsize length;
  gsize header = rest->size > 0 && rest->at[0] == SMTP_DER_SEQUENCE ? read_header (rest, &length) : 0;

  rest->at += header;
  rest->size -= header;

  return header > 0;
}

/**
 * smtp_der_read_subject:
 * @start: the beginning of a certificate
 * @subject: (out): the subject's name, as a whole element, which lives as long as the bytes of @start
 *
 * Finds whom a certificate is for, of which only a part may be there.
 *
 * Returns: whether that much is there
 */
gboolean
smtp_der_read_subject (SmtpDer  start,
                       SmtpDer *subject)
{
  SmtpDer ignored;

  if (!open_sequence (&start) || !open_sequence (&start))
    return FALSE;

  smtp_der_enter (&start, SMTP_DER_CONTEXT_0, &ignored);

  return smtp_der_enter (&start, SMTP_DER_INTEGER, &ignored) &&
         smtp_der_enter (&start, SMTP_DER_SEQUENCE, &ignored) &&
         smtp_der_enter (&start, SMTP_DER_SEQUENCE, &ignored) &&
         smtp_der_enter (&start, SMTP_DER_SEQUENCE, &ignored) &&
         take_whole (&start, subject);
}

/**
 * smtp_der_equal:
 * @one: bytes
 * @other: bytes
 *
 * Returns: whether both are the same
 */
gboolean
smtp_der_equal (const SmtpDer *one,
                const SmtpDer *other)
{
  return one->size == other->size && memcmp (one->at, other->at, one->size) == 0;
}
