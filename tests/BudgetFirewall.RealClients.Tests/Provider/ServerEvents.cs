using System.Text.Json;

namespace BudgetFirewall.RealClients.Tests;

/// <summary>Events as they are sent over HTTP.</summary>
internal static class ServerEvents
{
    /// <summary>The end of a stream of chat completions.</summary>
    public const string Done = "data: [DONE]\n\n";

    /// <summary>An event without a name.</summary>
    public static string Data(object data) => $"data: {JsonSerializer.Serialize(data)}\n\n";

    /// <summary>An event with a name.</summary>
    public static string Named(string name, object data) => $"event: {name}\ndata: {JsonSerializer.Serialize(data)}\n\n";

    /// <summary>The two halves of a text, so that an answer comes in pieces.</summary>
    public static string[] Halves(string text) => [text[..(text.Length / 2)], text[(text.Length / 2)..]];
}
