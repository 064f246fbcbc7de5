using Microsoft.Extensions.AI;

namespace BudgetFirewall.Extensions.AI.Tests;

/// <summary>What FunctionInvokingChatClient does: calls the model, then the tools it asks for, until it answers.</summary>
internal sealed class ToolLoop(IChatClient client, Func<FunctionCallContent, object?> invoke)
{
    public async Task<string> RunAsync(string prompt)
    {
        List<ChatMessage> messages = [new(ChatRole.User, prompt)];
        while (true)
        {
            var response = await client.GetResponseAsync(messages);
            var calls = response.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().ToList();
            if (calls.Count == 0)
                return response.Text;
            messages.AddRange(response.Messages);
            messages.Add(new(ChatRole.Tool, [.. calls.Select(call => new FunctionResultContent(call.CallId, invoke(call)))]));
        }
    }
}
