using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Configuration;

namespace BudgetFirewall;

/// <summary>A question for a replay as JSON.</summary>
[JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
[Description("The entries that are to be replayed, and the configuration against which they are.")]
internal sealed class WhatIfBody
{
    private const long MostEntries = 1_000_000;

    // What names a file, which would be opened or written here.
    private static readonly string[] FilesOfServer = ["Pricing:PriceFile", "Outbox"];

    [Required]
    [Description("The first moment that is reported: " + InstantText.Text + ".")]
    public string? From { get; init; }

    [Required]
    [Description("The first moment after it, in the same way.")]
    public string? To { get; init; }

    [Required]
    [Description("The other configuration: an object as the section BudgetFirewall of appsettings.json, as {\"Budgets\": [{\"Scope\": \"each:user\", \"Limit\": 2}]}.")]
    public JsonElement? Configuration { get; init; }

    [Description("The seconds before from whose entries are replayed too, so that budgets begin with what was spent by then; absent: 0, every budget begins empty.")]
    public long? LeadSeconds { get; init; }

    [Description("false to leave out the limits that were changed at run time; absent: true, they are taken up when they were changed.")]
    public bool? TakeUpChanges { get; init; }

    [Description("true to ask for charges as if they were spends; absent: false, they are charged, as nothing refuses them.")]
    public bool? AskForCharges { get; init; }

    [Description("The number of scopes that are listed of each limit, 0 to 1,000; absent: 10.")]
    public int? TopScopes { get; init; }

    [Description("The number of requests that are listed which are decided otherwise, 0 to 10,000; absent: 100.")]
    public int? MaxDifferences { get; init; }

    [Description("The number of entries after which the replay ends, up to 1,000,000; absent: 1,000,000.")]
    public long? MaxEntries { get; init; }

    /// <exception cref="FieldException">A value is not one that a replay may have.</exception>
    public WhatIfRequest ToRequest(string? partition)
    {
        var from = InstantText.Parse(From, "from") ?? throw FieldException.Missing("from");
        var to = InstantText.Parse(To, "to") ?? throw FieldException.Missing("to");
        InstantText.CheckOrder(from, to);
        if (MaxEntries is < 1 or > MostEntries)
            throw new FieldException("maxEntries", $"maxEntries must be from 1 to {MostEntries:N0}.");
        if (LeadSeconds < 0 || LeadSeconds > WhatIfRequest.LongestLead.TotalSeconds)
            throw new FieldException("leadSeconds", $"leadSeconds must be from 0 to {WhatIfRequest.LongestLead.TotalSeconds:N0}.");
        return FieldException.Naming("", () => new WhatIfRequest
        {
            From = from,
            To = to,
            Lead = TimeSpan.FromSeconds(LeadSeconds ?? 0),
            Configuration = SectionOf(Configuration),
            TakeUpChanges = TakeUpChanges ?? true,
            AskForCharges = AskForCharges ?? false,
            Partition = partition,
            TopScopes = TopScopes ?? 10,
            MaxDifferences = MaxDifferences ?? 100,
            MaxEntries = MaxEntries ?? MostEntries,
        });
    }

    private static IConfigurationRoot SectionOf(JsonElement? configuration)
    {
        if (configuration is not { ValueKind: JsonValueKind.Object } json)
            throw configuration is null ? FieldException.Missing("configuration") : new FieldException("configuration", "configuration must be a JSON object.");
        try
        {
            var section = new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json.GetRawText()))).Build();
            foreach (var key in FilesOfServer)
            {
                if (section.GetSection(key).Exists())
                    throw new FieldException("configuration", $"configuration must not have {key}: a request opens no file of the server.");
            }
            return section;
        }
        catch (Exception e) when (e is FormatException or InvalidDataException)
        {
            throw new FieldException("configuration", $"configuration cannot be read: {e.Message}");
        }
    }
}
