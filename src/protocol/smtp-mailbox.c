/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "protocol/smtp-mailbox.h"

#include <arpa/inet.h>
#include <string.h>

#define LONGEST_LOCAL  64   /* RFC 5321 section 4.5.3.1.1 */
#define LONGEST_DOMAIN 255  /* section 4.5.3.1.2 */
#define LONGEST_PATH   254  /* section 4.5.3.1.3: 256 with the angle brackets */
#define LONGEST_LABEL  63   /* RFC 1035 section 2.3.4 */

G_DEFINE_QUARK (smtp-mailbox-error-quark, smtp_mailbox_error)

static gboolean
refuse (GError           **error,
        SmtpMailboxError   code)
{
  g_set_error (error, SMTP_MAILBOX_ERROR, (int) code, "address refused (%d)", (int) code);

  return FALSE;
}

static gboolean
is_atext (char c)
{
  return g_ascii_isalnum (c) || (c != '\0' && strchr ("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

/* Where the @ is that ends the local-part: the last one outside quotes. */
static const char *
find_at (const char *text)
{
  gboolean quoted = FALSE;
  const char *found = NULL;

  for (; *text != '\0'; text++)
    {
      if (*text == '\\' && quoted && text[1] != '\0')
        text++;
      else if (*text == '"')
        quoted = !quoted;
      else if (*text == '@' && !quoted)
        found = text;
    }

  return found;
}

static gboolean
is_dot_string (const char *text,
               gsize       length)
{
  gboolean after_dot = TRUE;

  for (gsize i = 0; i < length; i++)
    {
      if (text[i] == '.')
        {
          if (after_dot)
            return FALSE;
          after_dot = TRUE;
        }
      else if (is_atext (text[i]))
        after_dot = FALSE;
      else
        return FALSE;
    }

  return !after_dot;
}

static gboolean
is_quoted_string (const char *text,
                  gsize       length)
{
  if (length < 2 || text[0] != '"' || text[length - 1] != '"')
    return FALSE;

  for (gsize i = 1; i < length - 1; i++)
    {
      if (text[i] == '\\')
        {
          if (++i == length - 1)
            return FALSE;
        }
      else if (text[i] == '"')
        return FALSE;
    }

  return TRUE;
}

static gboolean
check_local_part (const char  *text,
                  gsize        length,
                  GError     **error)
{
  for (gsize i = 0; i < length; i++)
    {
      if ((guchar) text[i] >= 0x80)
        return refuse (error, SMTP_MAILBOX_ERROR_NOT_ASCII);
    }

  if (!is_dot_string (text, length) && !is_quoted_string (text, length))
    return refuse (error, SMTP_MAILBOX_ERROR_LOCAL_PART);
  if (length > LONGEST_LOCAL)
    return refuse (error, SMTP_MAILBOX_ERROR_LOCAL_TOO_LONG);

  return TRUE;
}

/* The domain in ASCII, or NULL with an error. */
static char *
check_domain (const char  *text,
              GError     **error)
{
  g_autofree char *ascii = NULL;
  gboolean is_ascii;

  if (*text == '[')
    {
      if (smtp_mailbox_is_literal (text))
        return g_strdup (text);
      refuse (error, SMTP_MAILBOX_ERROR_LITERAL);
      return NULL;
    }

  /* A-labels can be shorter than what they stand for; but no character is longer than four octets. */
  is_ascii = g_str_is_ascii (text);
  if (strlen (text) > (is_ascii ? LONGEST_DOMAIN : LONGEST_DOMAIN * 4))
    {
      refuse (error, SMTP_MAILBOX_ERROR_DOMAIN_TOO_LONG);
      return NULL;
    }

  /* As typed: a server may see the case of letters. */
  ascii = is_ascii ? g_strdup (text) : g_hostname_to_ascii (text);
  if (ascii != NULL && strlen (ascii) > LONGEST_DOMAIN)
    {
      refuse (error, SMTP_MAILBOX_ERROR_DOMAIN_TOO_LONG);
      return NULL;
    }
  if (ascii == NULL || !smtp_mailbox_is_domain (ascii))
    {
      refuse (error, SMTP_MAILBOX_ERROR_DOMAIN);
      return NULL;
    }

  return g_steal_pointer (&ascii);
}

/* The first @wanted outside quotes. */
static char *
find_unquoted (char *text,
               char  wanted)
{
  gboolean quoted = FALSE;

  for (; *text != '\0'; text++)
    {
      if (*text == '\\' && quoted && text[1] != '\0')
        text++;
      else if (*text == '"')
        quoted = !quoted;
      else if (*text == wanted && !quoted)
        return text;
    }

  return NULL;
}

/* What stands in angle brackets, also behind a display name; the text itself if there are none. */
static char *
take_brackets (const char  *text,
               GError     **error)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (text));
  char *open = find_unquoted (trimmed, '<');
  gsize length = strlen (trimmed);

  if (open == NULL && (length == 0 || trimmed[length - 1] != '>'))
    return g_steal_pointer (&trimmed);

  if (open == NULL || find_unquoted (open, '>') != trimmed + length - 1)
    {
      refuse (error, SMTP_MAILBOX_ERROR_BRACKETS);
      return NULL;
    }
  trimmed[length - 1] = '\0';

  return g_strdup (g_strstrip (open + 1));
}

static gboolean
has_control (const char *text,
             gboolean    tab_allowed)
{
  for (; *text != '\0'; text++)
    {
      if (g_ascii_iscntrl (*text) && !(tab_allowed && *text == '\t'))
        return TRUE;
    }

  return FALSE;
}

/**
 * smtp_mailbox_parse:
 * @text: an address as typed: bare, in angle brackets, or with a display name before them
 * @flags: what else is allowed
 * @error: return location for an error
 *
 * Checks an address against RFC 5321 section 4.1.2. Letters outside ASCII are allowed in the domain, which
 * becomes A-labels; source routes are not allowed.
 *
 * Returns: (transfer full): the path without brackets ("" for the null reverse-path), or %NULL with an
 *   error of #SmtpMailboxError
 */
char *
smtp_mailbox_parse (const char        *text,
                    SmtpMailboxFlags   flags,
                    GError           **error)
{
  g_autofree char *trimmed = NULL;
  g_autofree char *path = NULL;
  g_autofree char *domain = NULL;
  g_autofree char *result = NULL;
  const char *at;

  g_return_val_if_fail (text != NULL, NULL);

  if (!g_utf8_validate (text, -1, NULL))
    {
      refuse (error, SMTP_MAILBOX_ERROR_NOT_ASCII);
      return NULL;
    }

  /* Two lines are no name with an address: which of them was meant? */
  trimmed = g_strstrip (g_strdup (text));
  if (has_control (trimmed, TRUE))
    {
      refuse (error, SMTP_MAILBOX_ERROR_CONTROL);
      return NULL;
    }

  path = take_brackets (trimmed, error);
  if (path == NULL)
    return NULL;

  if (has_control (path, FALSE))
    {
      refuse (error, SMTP_MAILBOX_ERROR_CONTROL);
      return NULL;
    }

  if (*path == '\0')
    {
      if ((flags & SMTP_MAILBOX_NULL_ALLOWED) != 0)
        return g_strdup ("");
      refuse (error, SMTP_MAILBOX_ERROR_EMPTY);
      return NULL;
    }

  at = find_at (path);
  if (at == NULL)
    {
      if ((flags & SMTP_MAILBOX_POSTMASTER_ALLOWED) != 0 && g_ascii_strcasecmp (path, "postmaster") == 0)
        return g_steal_pointer (&path);
      refuse (error, SMTP_MAILBOX_ERROR_NO_AT);
      return NULL;
    }

  if (!check_local_part (path, (gsize) (at - path), error))
    return NULL;
  domain = check_domain (at + 1, error);
  if (domain == NULL)
    return NULL;

  result = strcmp (at + 1, domain) == 0 ? g_steal_pointer (&path)
                                        : g_strdup_printf ("%.*s@%s", (int) (at - path), path, domain);
  if (strlen (result) > LONGEST_PATH)
    {
      refuse (error, SMTP_MAILBOX_ERROR_PATH_TOO_LONG);
      return NULL;
    }

  return g_steal_pointer (&result);
}

/**
 * smtp_mailbox_is_domain:
 * @text: ASCII text
 *
 * Whether @text is a domain: labels of letters, digits and hyphens (underscores are tolerated, as hosts in
 * the field have them) with dots between; one label will do.
 *
 * Returns: %TRUE if it is
 */
gboolean
smtp_mailbox_is_domain (const char *text)
{
  const char *at = text;

  do
    {
      const char *label = at;

      while (g_ascii_isalnum (*at) || *at == '-' || *at == '_')
        at++;
      if (at == label || at - label > LONGEST_LABEL || *label == '-' || at[-1] == '-')
        return FALSE;
    }
  while (*at++ == '.');

  return at[-1] == '\0' && at - text <= LONGEST_DOMAIN + 1;
}

/**
 * smtp_mailbox_is_literal:
 * @text: any text
 *
 * Whether @text is an address literal: [192.0.2.1] or [IPv6:2001:db8::1] (RFC 5321 section 4.1.3).
 *
 * Returns: %TRUE if it is
 */
gboolean
smtp_mailbox_is_literal (const char *text)
{
  gsize length = strlen (text);
  g_autofree char *inner = NULL;
  struct in_addr four;
  struct in6_addr six;

  if (length < 3 || text[0] != '[' || text[length - 1] != ']')
    return FALSE;

  inner = g_strndup (text + 1, length - 2);
  if (g_ascii_strncasecmp (inner, "IPv6:", 5) == 0)
    return inet_pton (AF_INET6, inner + 5, &six) == 1;

  return inet_pton (AF_INET, inner, &four) == 1;
}

/* Whether a space at @at stands between the words of a display name: a bracket follows before anything else
 * that ends an item. @stop is where the last such search ended, so that all text is searched but once. */
static gboolean
is_in_name (const char  *at,
            const char **stop)
{
  if (*stop < at)
    *stop = at + strcspn (at, ",;\r\n@<");

  return **stop == '<';
}

/**
 * smtp_mailbox_split:
 * @text: addresses, pasted from anywhere
 *
 * Splits at commas, semicolons, spaces and line breaks, but not inside quotes, angle brackets, or a display
 * name in front of them.
 *
 * Returns: (transfer full): the items, not yet checked
 */
char **
smtp_mailbox_split (const char *text)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  const char *start = text;
  const char *stop = text + strcspn (text, ",;\r\n@<");
  gboolean quoted = FALSE;
  gboolean bracketed = FALSE;
  gboolean complete = FALSE;  /* a space ends the item: it has its @ or its bracket */

  for (const char *at = text;; at++)
    {
      gboolean is_end = *at == '\0' || *at == '\n' || *at == '\r';
      gboolean is_space = *at == ' ' || *at == '\t';

      if (*at == '\\' && quoted && at[1] != '\0' && at[1] != '\n' && at[1] != '\r')
        at++;
      else if (*at == '"')
        quoted = !quoted;
      else if (!quoted && (*at == '<' || *at == '>'))
        bracketed = *at == '<';
      complete |= !quoted && (*at == '@' || *at == '>');

      if (!is_end && (quoted || bracketed))
        continue;
      if (!is_end && *at != ',' && *at != ';' && !(is_space && (complete || !is_in_name (at, &stop))))
        continue;

      if (at > start)
        {
          g_autofree char *item = g_strstrip (g_strndup (start, (gsize) (at - start)));

          if (*item != '\0')
            g_strv_builder_add (builder, item);
        }
      if (*at == '\0')
        break;
      quoted = bracketed = complete = FALSE;
      start = at + 1;
    }

  return g_strv_builder_end (builder);
}

/**
 * smtp_mailbox_get_domain:
 * @path: a path
 *
 * Returns: (transfer none) (nullable): what stands behind its @, %NULL if it has none
 */
const char *
smtp_mailbox_get_domain (const char *path)
{
  const char *at = find_at (path);

  return at != NULL ? at + 1 : NULL;
}

/**
 * smtp_mailbox_equal:
 * @a: a path
 * @b: a path
 *
 * Whether two paths name the same mailbox for sure: the domain in any case, the local-part to the letter
 * (RFC 5321 section 2.4), but for postmaster.
 *
 * Returns: %TRUE if they do
 */
gboolean
smtp_mailbox_equal (const char *a,
                    const char *b)
{
  const char *a_domain = smtp_mailbox_get_domain (a);
  const char *b_domain = smtp_mailbox_get_domain (b);
  gsize length;

  if (a_domain == NULL || b_domain == NULL)
    return g_ascii_strcasecmp (a, b) == 0;

  length = (gsize) (a_domain - a);
  if (length != (gsize) (b_domain - b) || g_ascii_strcasecmp (a_domain, b_domain) != 0)
    return FALSE;

  return strncmp (a, b, length) == 0 || (length == 11 && g_ascii_strncasecmp (a, "postmaster@", 11) == 0 &&
                                         g_ascii_strncasecmp (b, "postmaster@", 11) == 0);
}
