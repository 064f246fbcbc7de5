using System.Text.Json;

namespace BudgetFirewall.RealClients.Tests;

/// <summary>OpenAI's responses.</summary>
internal static class OpenAIResponses
{
    public static string Json(ReceivedRequest request, Reply reply) => JsonSerializer.Serialize(Response(request, reply, "completed", [Item(reply, "completed")]));

    public static IReadOnlyList<string> Events(ReceivedRequest request, Reply reply)
    {
        List<string> events =
        [
            ServerEvents.Named("response.created", new { type = "response.created", sequence_number = 0, response = Response(request, reply, "in_progress", []) }),
            ServerEvents.Named("response.output_item.added", new { type = "response.output_item.added", sequence_number = 1, output_index = 0, item = Item(reply with { Text = "" }, "in_progress") }),
        ];
        var number = 2;
        if (reply.Tool is { } tool)
        {
            events.Add(ServerEvents.Named("response.function_call_arguments.done",
                new { type = "response.function_call_arguments.done", sequence_number = number++, item_id = "fc_1", output_index = 0, arguments = tool.Arguments }));
        }
        else
        {
            foreach (var part in ServerEvents.Halves(reply.Text))
            {
                events.Add(ServerEvents.Named("response.output_text.delta",
                    new { type = "response.output_text.delta", sequence_number = number++, item_id = "msg_1", output_index = 0, content_index = 0, delta = part, logprobs = Array.Empty<object>() }));
            }
        }
        events.Add(ServerEvents.Named("response.output_item.done", new { type = "response.output_item.done", sequence_number = number++, output_index = 0, item = Item(reply, "completed") }));
        events.Add(ServerEvents.Named("response.completed",
            new { type = "response.completed", sequence_number = number, response = Response(request, reply, "completed", [Item(reply, "completed")]) }));
        return events;
    }

    private static object Response(ReceivedRequest request, Reply reply, string status, object[] output) => new
    {
        id = "resp_1",
        @object = "response",
        created_at = 1_760_000_000,
        status,
        error = (object?)null,
        incomplete_details = (object?)null,
        instructions = (string?)null,
        model = request.Model,
        output,
        parallel_tool_calls = true,
        store = false,
        temperature = 1.0,
        tool_choice = "auto",
        tools = Array.Empty<object>(),
        top_p = 1.0,
        metadata = new { },
        service_tier = reply.ReportedUsage.Tier ?? "default",
        usage = status == "completed" && reply.TellsUsage ? Usage(reply.ReportedUsage) : null,
    };

    private static object Item(Reply reply, string status) => reply.Tool is { } tool
        ? new { type = "function_call", id = "fc_1", call_id = "call_1", name = tool.Name, arguments = status == "completed" ? tool.Arguments : "", status }
        : new { type = "message", id = "msg_1", status, role = "assistant", content = new[] { new { type = "output_text", text = reply.Text, annotations = Array.Empty<object>() } } };

    private static object Usage(ReportedUsage reported) => new
    {
        input_tokens = reported.Input,
        input_tokens_details = new { cached_tokens = reported.Cached },
        output_tokens = reported.Output,
        output_tokens_details = new { reasoning_tokens = reported.Reasoning },
        total_tokens = reported.Input + reported.Output,
    };
}
