/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/probe-security.h"

#include <glib/gi18n.h>
#include <string.h>

#include "dialogue/smtp-plan.h"

struct _ProbeSecurity
{
  GtkWidget    parent_instance;

  GtkDropDown *drop_down;
  GtkEditable *port;
  gboolean     is_chosen;       /* the mode, by hand */
  gboolean     is_port_chosen;
  gboolean     is_following;    /* one of them is being set by us */
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ProbeSecurity, probe_security, GTK_TYPE_WIDGET)

static SmtpSecurity
get_security (ProbeSecurity *self)
{
  return (SmtpSecurity) gtk_drop_down_get_selected (self->drop_down);
}

/* The port that is entered, as a number; 0: none yet. */
static guint16
get_port (ProbeSecurity *self)
{
  g_autoptr (SmtpPlan) plan = smtp_plan_new ();

  if (!smtp_plan_set (plan, SMTP_PLAN_PORT, gtk_editable_get_text (self->port), NULL))
    return 0;

  return smtp_plan_get_port (plan);
}

static void
select_mode (ProbeSecurity *self,
             SmtpSecurity   security)
{
  self->is_following = TRUE;
  gtk_drop_down_set_selected (self->drop_down, security);
  self->is_following = FALSE;
}

static void
follow_port (ProbeSecurity *self)
{
  guint16 port = get_port (self);

  if (port != 0 && !self->is_chosen)
    select_mode (self, smtp_security_for_port (port));
}

static void
follow_mode (ProbeSecurity *self)
{
  gboolean from_start = get_security (self) == SMTP_SECURITY_TLS;
  guint16 port = get_port (self);

  if (self->is_port_chosen || (from_start ? port != 25 && port != 587 : port != 465))
    return;

  self->is_following = TRUE;
  gtk_editable_set_text (self->port, from_start ? "465" : "25");
  self->is_following = FALSE;
}

static void
on_port_changed (GtkEditable   *port,
                 ProbeSecurity *self)
{
  if (self->is_following)
    return;

  /* Whoever empties the field leaves it to us again. */
  self->is_port_chosen = *gtk_editable_get_text (port) != '\0';
  follow_port (self);
}

static void
on_selected (ProbeSecurity *self)
{
  if (!self->is_following)
    {
      self->is_chosen = TRUE;
      follow_mode (self);
    }
  g_signal_emit (self, signals[CHANGED], 0);
}

static gboolean
probe_security_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (PROBE_SECURITY (widget)->drop_down));
}

static gboolean
probe_security_mnemonic_activate (GtkWidget *widget,
                                  gboolean   group_cycling)
{
  return gtk_widget_grab_focus (widget);
}

static void
probe_security_dispose (GObject *object)
{
  ProbeSecurity *self = PROBE_SECURITY (object);

  if (self->drop_down != NULL)
    gtk_widget_unparent (GTK_WIDGET (self->drop_down));
  self->drop_down = NULL;

  G_OBJECT_CLASS (probe_security_parent_class)->dispose (object);
}

static void
probe_security_class_init (ProbeSecurityClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = probe_security_dispose;
  widget_class->grab_focus = probe_security_grab_focus;
  widget_class->mnemonic_activate = probe_security_mnemonic_activate;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);

  signals[CHANGED] = g_signal_new ("changed", PROBE_TYPE_SECURITY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
probe_security_init (ProbeSecurity *self)
{
  const char *const words[] = {
    [SMTP_SECURITY_NONE] = _("No encryption"),
    [SMTP_SECURITY_STARTTLS] = _("STARTTLS if offered"),
    [SMTP_SECURITY_STARTTLS_REQUIRED] = _("STARTTLS required"),
    [SMTP_SECURITY_TLS] = _("TLS on connect"),
    NULL
  };

  self->drop_down = GTK_DROP_DOWN (gtk_drop_down_new_from_strings (words));
  gtk_drop_down_set_selected (self->drop_down, SMTP_SECURITY_STARTTLS);
  gtk_widget_set_hexpand (GTK_WIDGET (self->drop_down), TRUE);
  gtk_widget_set_parent (GTK_WIDGET (self->drop_down), GTK_WIDGET (self));
  /* In GTK 4.8 the focus goes to the button inside, which has no name of its own. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->drop_down), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Security"), -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_first_child (GTK_WIDGET (self->drop_down))),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Security"), -1);
  g_signal_connect_swapped (self->drop_down, "notify::selected", G_CALLBACK (on_selected), self);
}

/**
 * probe_security_follow:
 * @self: the drop-down
 * @port: the field of the port, which lives as long
 */
void
probe_security_follow (ProbeSecurity *self,
                       GtkEditable   *port)
{
  self->port = port;
  g_signal_connect_object (port, "changed", G_CALLBACK (on_port_changed), self, 0);
}

/**
 * probe_security_get_mode:
 * @self: the drop-down
 *
 * Returns: (transfer none): what is chosen, in the words of the plan
 */
const char *
probe_security_get_mode (ProbeSecurity *self)
{
  return smtp_security_to_id (get_security (self));
}

/* Without a mode, or with none that there is: as the port suggests. */
static gboolean
take_mode (ProbeSecurity *self,
           const char    *mode)
{
  g_autoptr (SmtpPlan) plan = smtp_plan_new ();
  gboolean is_mode = mode != NULL && *mode != '\0' && smtp_plan_set (plan, SMTP_PLAN_SECURITY, mode, NULL);

  self->is_chosen = FALSE;
  if (is_mode)
    select_mode (self, smtp_plan_get_security (plan));
  else
    follow_port (self);

  return is_mode;
}

/**
 * probe_security_set_mode:
 * @self: the drop-down
 * @mode: (nullable): what goes with the port, in the words of the plan; %NULL or empty: what the port suggests
 *
 * For a target that comes from elsewhere. With another port the drop-down follows again.
 */
void
probe_security_set_mode (ProbeSecurity *self,
                         const char    *mode)
{
  take_mode (self, mode);
  self->is_port_chosen = TRUE;
}

/**
 * probe_security_load:
 * @self: the drop-down
 * @settings: where the last choice was kept
 *
 * To be called when the port is loaded.
 */
void
probe_security_load (ProbeSecurity *self,
                     GSettings     *settings)
{
  g_autofree char *mode = g_settings_get_string (settings, "security");
  guint16 port = get_port (self);

  self->is_chosen = take_mode (self, mode);
  /* One of the three usual ports that goes with the mode may change with it. */
  self->is_port_chosen = (port != 25 && port != 465 && port != 587) ||
                         (get_security (self) == SMTP_SECURITY_TLS) != (port == 465);
}

/**
 * probe_security_save:
 * @self: the drop-down
 * @settings: where to keep the choice
 */
void
probe_security_save (ProbeSecurity *self,
                     GSettings     *settings)
{
  g_settings_set_string (settings, "security", self->is_chosen ? probe_security_get_mode (self) : "");
}
