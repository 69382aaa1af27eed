/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "protocol/smtp-extensions.h"

#include <string.h>

#include "protocol/smtp-bytes.h"

#define MOST_KEYWORDS 1000
#define MOST_BYTES    1024  /* of one line; the standard has 512 */

typedef struct
{
  char  *keyword;
  char **parameters;
} Extension;

struct _SmtpExtensions
{
  GArray *extensions;
  guint   n_ignored;
};

static void
extension_clear (gpointer data)
{
  Extension *extension = data;

  g_free (extension->keyword);
  g_strfreev (extension->parameters);
}

/* "AUTH=LOGIN PLAIN" is an old draft's form that servers still send beside "AUTH LOGIN PLAIN". */
static void
add_line (SmtpExtensions *self,
          const char     *text,
          gsize           length)
{
  g_autofree char *line = smtp_bytes_escape (text, MIN (length, MOST_BYTES), 0);
  g_autoptr (GStrvBuilder) parameters = g_strv_builder_new ();
  g_auto (GStrv) words = NULL;
  Extension extension = { NULL, NULL };

  if (g_ascii_strncasecmp (line, "AUTH=", 5) == 0)
    line[4] = ' ';

  words = g_strsplit_set (line, " ", -1);
  for (int i = 0; words[i] != NULL; i++)
    {
      if (*words[i] == '\0')
        continue;
      if (extension.keyword == NULL)
        extension.keyword = g_strdup (words[i]);
      else
        g_strv_builder_add (parameters, words[i]);
    }

  if (extension.keyword == NULL)
    return;

  extension.parameters = g_strv_builder_end (parameters);
  g_array_append_val (self->extensions, extension);
}

/**
 * smtp_extensions_new:
 * @reply: the reply to EHLO
 *
 * Reads the keywords (RFC 5321 section 4.1.1.1): all lines but the first, as long as they have a code.
 *
 * Returns: (transfer full): the keywords in the server's order
 */
SmtpExtensions *
smtp_extensions_new (SmtpReply *reply)
{
  SmtpExtensions *self = g_new0 (SmtpExtensions, 1);
  guint n_lines = smtp_reply_get_n_lines (reply);
  guint i;

  self->extensions = g_array_new (FALSE, FALSE, sizeof (Extension));
  g_array_set_clear_func (self->extensions, extension_clear);

  for (i = 1; i < n_lines && self->extensions->len < MOST_KEYWORDS; i++)
    {
      gsize length;
      const char *line = smtp_reply_get_line (reply, i, &length);
      const char *text = smtp_reply_get_text (reply, i, &length);

      if (text > line)
        add_line (self, text, length);
    }

  self->n_ignored = n_lines - i;

  return self;
}

/**
 * smtp_extensions_free:
 * @self: (transfer full): keywords
 */
void
smtp_extensions_free (SmtpExtensions *self)
{
  g_return_if_fail (self != NULL);

  g_array_unref (self->extensions);
  g_free (self);
}

/**
 * smtp_extensions_get_n:
 * @self: keywords
 *
 * Returns: how many there are; one may come twice
 */
guint
smtp_extensions_get_n (SmtpExtensions *self)
{
  return self->extensions->len;
}

/**
 * smtp_extensions_get_n_ignored:
 * @self: keywords
 *
 * Returns: how many lines were too many to be read
 */
guint
smtp_extensions_get_n_ignored (SmtpExtensions *self)
{
  return self->n_ignored;
}

/**
 * smtp_extensions_get_keyword:
 * @self: keywords
 * @index: which one
 *
 * Returns: (transfer none): the keyword as sent, escaped for display
 */
const char *
smtp_extensions_get_keyword (SmtpExtensions *self,
                             guint           index)
{
  g_return_val_if_fail (index < self->extensions->len, NULL);

  return g_array_index (self->extensions, Extension, index).keyword;
}

/**
 * smtp_extensions_get_parameters:
 * @self: keywords
 * @index: which one
 *
 * Returns: (transfer none): its parameters, escaped for display
 */
const char * const *
smtp_extensions_get_parameters (SmtpExtensions *self,
                                guint           index)
{
  g_return_val_if_fail (index < self->extensions->len, NULL);

  return (const char * const *) g_array_index (self->extensions, Extension, index).parameters;
}

/**
 * smtp_extensions_lookup:
 * @self: keywords
 * @keyword: which one, in any case
 *
 * Returns: (transfer none) (nullable): the parameters of the first such keyword, %NULL if there is none
 */
const char * const *
smtp_extensions_lookup (SmtpExtensions *self,
                        const char     *keyword)
{
  for (guint i = 0; i < self->extensions->len; i++)
    {
      if (g_ascii_strcasecmp (smtp_extensions_get_keyword (self, i), keyword) == 0)
        return smtp_extensions_get_parameters (self, i);
    }

  return NULL;
}
