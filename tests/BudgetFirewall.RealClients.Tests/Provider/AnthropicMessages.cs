using System.Text.Json;

namespace BudgetFirewall.RealClients.Tests;

/// <summary>Anthropic's messages. Tokens read from and written to the cache stand beside <c>input_tokens</c>, not inside.</summary>
internal static class AnthropicMessages
{
    public static string Json(ReceivedRequest request, Reply reply) => JsonSerializer.Serialize(Message(request, [Block(reply)], StopReason(reply), Usage(reply.ReportedUsage, reply.ReportedUsage.Output)));

    /// <summary>The usage of the prompt comes first; the tokens of the answer come first as a beginning and last as the sum so far.</summary>
    public static IReadOnlyList<string> Events(ReceivedRequest request, Reply reply)
    {
        List<string> events =
        [
            ServerEvents.Named("message_start", new { type = "message_start", message = Message(request, [], stop: null, Usage(reply.ReportedUsage, Math.Min(1, reply.ReportedUsage.Output))) }),
            ServerEvents.Named("content_block_start", new { type = "content_block_start", index = 0, content_block = Block(reply with { Text = "", Tool = reply.Tool is null ? null : reply.Tool with { Arguments = "{}" } }) }),
            ServerEvents.Named("ping", new { type = "ping" }),
        ];
        foreach (var part in ServerEvents.Halves(reply.Tool?.Arguments ?? reply.Text))
        {
            object delta = reply.Tool is null ? new { type = "text_delta", text = part } : new { type = "input_json_delta", partial_json = part };
            events.Add(ServerEvents.Named("content_block_delta", new { type = "content_block_delta", index = 0, delta }));
        }
        events.Add(ServerEvents.Named("content_block_stop", new { type = "content_block_stop", index = 0 }));
        events.Add(ServerEvents.Named("message_delta", new
        {
            type = "message_delta",
            delta = new { stop_reason = StopReason(reply), stop_sequence = (string?)null },
            usage = new
            {
                input_tokens = reply.ReportedUsage.Plain,
                cache_creation_input_tokens = reply.ReportedUsage.CacheWrite + reply.ReportedUsage.CacheWriteOneHour,
                cache_read_input_tokens = reply.ReportedUsage.Cached,
                output_tokens = reply.ReportedUsage.Output,
            },
        }));
        events.Add(ServerEvents.Named("message_stop", new { type = "message_stop" }));
        return events;
    }

    private static object Message(ReceivedRequest request, object[] content, string? stop, object usage) => new
    {
        id = "msg_1",
        type = "message",
        role = "assistant",
        model = request.Model,
        content,
        stop_reason = stop,
        stop_sequence = (string?)null,
        usage,
    };

    private static object Block(Reply reply) => reply.Tool is { } tool
        ? new { type = "tool_use", id = "toolu_1", name = tool.Name, input = JsonDocument.Parse(tool.Arguments).RootElement }
        : new { type = "text", text = reply.Text };

    private static string StopReason(Reply reply) => reply.Tool is null ? "end_turn" : "tool_use";

    private static object Usage(ReportedUsage reported, long output) => new
    {
        input_tokens = reported.Plain,
        cache_creation_input_tokens = reported.CacheWrite + reported.CacheWriteOneHour,
        cache_read_input_tokens = reported.Cached,
        cache_creation = new { ephemeral_5m_input_tokens = reported.CacheWrite, ephemeral_1h_input_tokens = reported.CacheWriteOneHour },
        output_tokens = output,
        service_tier = reported.Tier ?? "standard",
    };
}
