using System.Text.Json;

namespace BudgetFirewall.RealClients.Tests;

/// <summary>OpenAI's chat completions.</summary>
internal static class OpenAIChat
{
    public static string Json(ReceivedRequest request, Reply reply) => JsonSerializer.Serialize(new
    {
        id = "chatcmpl-1",
        @object = "chat.completion",
        created = 1_760_000_000,
        model = request.Model,
        choices = new[] { new { index = 0, message = Message(reply), logprobs = (object?)null, finish_reason = FinishReason(reply) } },
        usage = reply.TellsUsage ? Usage(reply.ReportedUsage) : null,
        service_tier = reply.ReportedUsage.Tier ?? "default",
    });

    /// <summary>The usage comes last, with no choices, and only where the client has asked for it.</summary>
    public static IReadOnlyList<string> Events(ReceivedRequest request, Reply reply)
    {
        List<string> events = [Chunk(request, reply, new { role = "assistant", content = "" })];
        if (reply.Tool is { } tool)
        {
            events.Add(Chunk(request, reply, new { tool_calls = new[] { new { index = 0, id = "call_1", type = "function", function = new { name = tool.Name, arguments = "" } } } }));
            events.AddRange(ServerEvents.Halves(tool.Arguments).Select(part => Chunk(request, reply, new { tool_calls = new[] { new { index = 0, function = new { arguments = part } } } })));
        }
        else
        {
            events.AddRange(ServerEvents.Halves(reply.Text).Select(part => Chunk(request, reply, new { content = part })));
        }
        events.Add(Chunk(request, reply, new { }, FinishReason(reply)));
        if (reply.TellsUsage && request.WantsUsage)
            events.Add(Chunk(request, reply, delta: null, usage: Usage(reply.ReportedUsage)));
        events.Add(ServerEvents.Done);
        return events;
    }

    private static string Chunk(ReceivedRequest request, Reply reply, object? delta, string? finish = null, object? usage = null) => ServerEvents.Data(new
    {
        id = "chatcmpl-1",
        @object = "chat.completion.chunk",
        created = 1_760_000_000,
        model = request.Model,
        choices = delta is null ? [] : new[] { new { index = 0, delta, logprobs = (object?)null, finish_reason = finish } },
        usage,
        service_tier = reply.ReportedUsage.Tier ?? "default",
    });

    private static object Message(Reply reply) => reply.Tool is { } tool
        ? new { role = "assistant", content = (string?)null, tool_calls = new[] { new { id = "call_1", type = "function", function = new { name = tool.Name, arguments = tool.Arguments } } } }
        : new { role = "assistant", content = reply.Text, refusal = (string?)null };

    private static string FinishReason(Reply reply) => reply.Tool is null ? "stop" : "tool_calls";

    private static object Usage(ReportedUsage reported) => new
    {
        prompt_tokens = reported.Input,
        completion_tokens = reported.Output,
        total_tokens = reported.Input + reported.Output,
        prompt_tokens_details = new { cached_tokens = reported.Cached, audio_tokens = 0 },
        completion_tokens_details = new { reasoning_tokens = reported.Reasoning, audio_tokens = 0, accepted_prediction_tokens = 0, rejected_prediction_tokens = 0 },
    };
}
