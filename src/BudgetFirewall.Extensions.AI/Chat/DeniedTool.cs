using System.Runtime.ExceptionServices;
using Microsoft.Extensions.AI;

namespace BudgetFirewall;

/// <summary>Finds the denial of a tool in the messages that a client which calls tools sends to the model.</summary>
internal static class DeniedTool
{
    /// <summary>Throws the denial of a tool whose result follows the last message of the model; those of earlier turns have been dealt with.</summary>
    /// <exception cref="BudgetDeniedException">A tool was denied.</exception>
    public static void ThrowIfAny(IReadOnlyList<ChatMessage> messages)
    {
        for (var i = messages.Count - 1; i >= 0 && messages[i].Role != ChatRole.Assistant; i--)
        {
            foreach (var content in messages[i].Contents)
            {
                if (content is FunctionResultContent { Exception: { } exception } && DenialIn(exception) is { } denial)
                    ExceptionDispatchInfo.Throw(denial);
            }
        }
    }

    // A tool that is invoked by reflection or awaits several calls wraps what they throw.
    private static BudgetDeniedException? DenialIn(Exception exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (e is BudgetDeniedException denial)
                return denial;
        }
        return null;
    }
}
