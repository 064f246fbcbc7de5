using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace BudgetFirewall;

/// <summary>A subscription to events as JSON.</summary>
[Description("Somebody who is to hear of events: a URL, and which events.")]
internal sealed class SubscriptionBody
{
    [Description("The id, 1 to 256 characters; absent: one is made. In a PUT that of the path, or absent.")]
    public string? Id { get; init; }

    [Description("A name for people; absent: none.")]
    public string? Name { get; init; }

    [Required]
    [Description("The URL that events are posted to: of https, and not private unless the network is allowed; of e-mail mailto: and the addresses, with commas between.")]
    public string? Url { get; init; }

    [Description("The kind of receiver: webhook, chat or email; absent: webhook.")]
    [JsonConverter(typeof(JsonStringEnumConverter<EventSubscriptionKind>))]
    public EventSubscriptionKind? Kind { get; init; }

    [Description("The types of events, as budgetfirewall.request.denied.v1; absent or empty: all.")]
    public IReadOnlyList<string>? Types { get; init; }

    [Description("The scopes, as user=alice or each:user; absent or empty: all.")]
    public IReadOnlyList<string>? Scopes { get; init; }

    [Description("False: it is told nothing; absent: true.")]
    public bool? IsActive { get; init; }

    /// <summary>The subscription, under the id of the path or of the body; a made one where neither has any.</summary>
    public EventSubscription ToSubscription(string? id) => FieldException.Naming("", () =>
    {
        if (id is not null && Id is not null && Id != id)
            throw new FieldException("id", "id is not that of the path.");
        var subscription = new EventSubscription
        {
            Url = Url ?? throw FieldException.Missing("url"),
            Name = Name,
            Kind = Kind ?? EventSubscriptionKind.Webhook,
            Types = [.. Types ?? []],
            Scopes = [.. Scopes ?? []],
            IsActive = IsActive ?? true,
        };
        return (id ?? Id) is { } given ? subscription with { Id = given } : subscription;
    });
}
