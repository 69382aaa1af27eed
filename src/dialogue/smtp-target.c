/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "dialogue/smtp-target.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <string.h>

#include "dialogue/smtp-plan.h"

#define LONGEST_HOST  253  /* RFC 1035 section 2.3.4, without the root's dot */
#define LONGEST_LABEL 63

/* The services of mail, for machines without /etc/services. */
static const struct
{
  const char *name;
  guint16     port;
} services[] = {
  { "smtp", 25 }, { "mail", 25 }, { "lmtp", 24 }, { "smtps", 465 },
  { "submissions", 465 }, { "submission", 587 },
};

static gboolean
refuse (GError        **error,
        SmtpPlanError   code)
{
  g_set_error (error, SMTP_PLAN_ERROR, (int) code, "value refused (%d)", (int) code);

  return FALSE;
}

static gboolean
is_host_name (const char *name)
{
  const char *at = name;

  while (TRUE)
    {
      const char *start = at;

      while (g_ascii_isalnum (*at) || *at == '-' || *at == '_')
        at++;
      if (at == start || at - start > LONGEST_LABEL || *start == '-' || at[-1] == '-')
        return FALSE;
      if (*at == '\0')
        return TRUE;
      if (*at != '.')
        return FALSE;
      at++;
      if (*at == '\0')  /* the root's dot */
        return at - name > 1;
    }
}

static gboolean
is_address (const char *text)
{
  struct in_addr four;
  struct in6_addr six;

  return inet_pton (AF_INET, text, &four) == 1 || inet_pton (AF_INET6, text, &six) == 1;
}

/* Four numbers with dots are meant as an address, so a wrong one is no host name either. */
static gboolean
looks_like_ipv4 (const char *text)
{
  return strspn (text, "0123456789.") == strlen (text);
}

/* Neither empty nor with anything in it that no name has. */
static gboolean
check_characters (const char  *host,
                  GError     **error)
{
  if (*host == '\0')
    return refuse (error, SMTP_PLAN_ERROR_HOST_EMPTY);
  if (!g_utf8_validate (host, -1, NULL))
    return refuse (error, SMTP_PLAN_ERROR_HOST_CONTROL);

  for (const char *at = host; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (g_unichar_iscntrl (c) || g_unichar_isspace (c))
        return refuse (error, SMTP_PLAN_ERROR_HOST_CONTROL);
    }

  return TRUE;
}

/* (transfer full) (nullable) */
static char *
to_host_name (const char  *host,
              GError     **error)
{
  g_autofree char *ascii = g_hostname_to_ascii (host);
  SmtpPlanError code = SMTP_PLAN_ERROR_HOST_SYNTAX;

  if (!looks_like_ipv4 (host) && ascii != NULL)
    {
      if (strlen (ascii) > LONGEST_HOST + (g_str_has_suffix (ascii, ".") ? 1 : 0))
        code = SMTP_PLAN_ERROR_HOST_LONG;
      else if (is_host_name (ascii))
        return g_steal_pointer (&ascii);
    }
  refuse (error, code);

  return NULL;
}

/**
 * smtp_target_parse_host:
 * @value: what was typed: a name, an IP address, or one in brackets
 * @is_literal: (out): whether it is an IP address
 * @error: return location for a #SmtpPlanError
 *
 * Returns: (transfer full) (nullable): the name in ASCII, or the address without brackets
 */
char *
smtp_target_parse_host (const char  *value,
                        gboolean    *is_literal,
                        GError     **error)
{
  g_autofree char *host = g_strstrip (g_strdup (value));
  gsize length = strlen (host);

  if (!check_characters (host, error))
    return NULL;

  if (host[0] == '[' && host[length - 1] == ']')
    {
      memmove (host, host + 1, length - 2);
      host[length - 2] = '\0';
      if (g_ascii_strncasecmp (host, "IPv6:", 5) == 0)
        memmove (host, host + 5, strlen (host + 5) + 1);
      if (!is_address (host))
        {
          refuse (error, SMTP_PLAN_ERROR_HOST_SYNTAX);
          return NULL;
        }
    }

  if (!is_address (host))
    {
      char *name = to_host_name (host, error);

      if (name != NULL)
        *is_literal = FALSE;
      return name;
    }

  *is_literal = TRUE;

  return g_steal_pointer (&host);
}

/**
 * smtp_target_parse_port:
 * @value: what was typed: a number or the name of a service
 * @port: (out): the port; untouched if there is an error
 * @error: return location for a #SmtpPlanError
 *
 * Returns: whether it is a port
 */
gboolean
smtp_target_parse_port (const char  *value,
                        guint16     *port,
                        GError     **error)
{
  g_autofree char *text = g_strstrip (g_strdup (value));
  struct servent *service;

  if (*text == '\0')
    return refuse (error, SMTP_PLAN_ERROR_PORT_EMPTY);

  if (strspn (text, "0123456789") == strlen (text))
    {
      guint64 number;

      if (!g_ascii_string_to_unsigned (text, 10, 1, 65535, &number, NULL))
        return refuse (error, SMTP_PLAN_ERROR_PORT_RANGE);
      *port = (guint16) number;
      return TRUE;
    }

  for (gsize i = 0; i < G_N_ELEMENTS (services); i++)
    {
      if (g_ascii_strcasecmp (text, services[i].name) == 0)
        {
          *port = services[i].port;
          return TRUE;
        }
    }

  service = g_ascii_isalnum (*text) ? getservbyname (text, "tcp") : NULL;
  if (service == NULL)
    return refuse (error, *text == '-' || *text == '+' ? SMTP_PLAN_ERROR_PORT_RANGE : SMTP_PLAN_ERROR_PORT_SERVICE);
  *port = ntohs ((guint16) service->s_port);

  return TRUE;
}

/**
 * smtp_target_split:
 * @target: HOST, HOST:PORT, IPv4:PORT, IPv6, [IPv6], [IPv6]:PORT, each also behind smtp://
 * @host: (out) (transfer full): the part that is the host
 * @port: (out) (transfer full) (nullable): the part that is the port
 *
 * Takes the two apart; checks nothing.
 */
void
smtp_target_split (const char  *target,
                   char       **host,
                   char       **port)
{
  const char *colon;

  if (g_ascii_strncasecmp (target, "smtp://", 7) == 0)
    {
      target += 7;
      *host = g_strndup (target, strcspn (target, "/?#"));
    }
  else
    {
      *host = g_strdup (target);
    }

  *port = NULL;
  colon = strrchr (*host, ':');
  if (**host == '[')
    {
      const char *bracket = strchr (*host, ']');

      colon = bracket != NULL && bracket[1] == ':' ? bracket + 1 : NULL;
    }
  else if (colon != NULL && strchr (*host, ':') != colon)
    {
      colon = NULL;  /* an IPv6 address */
    }

  if (colon != NULL)
    {
      *port = g_strdup (colon + 1);
      (*host)[colon - *host] = '\0';
    }
}
