using System.Runtime.InteropServices;
using System.Text.Json;

namespace BudgetFirewall.RealClients.Tests;

/// <summary>OpenAI's embeddings.</summary>
internal static class OpenAIEmbeddings
{
    private static readonly float[] Vector = [0.25f, -0.5f, 1f];

    public static string Json(ReceivedRequest request, Reply reply)
    {
        var input = request.Body.GetProperty("input");
        var count = input.ValueKind == JsonValueKind.Array ? input.GetArrayLength() : 1;
        var isBase64 = request.Body.TryGetProperty("encoding_format", out var format) && format.GetString() == "base64";
        object vector = isBase64 ? Convert.ToBase64String(MemoryMarshal.AsBytes(Vector.AsSpan())) : Vector;
        return JsonSerializer.Serialize(new
        {
            @object = "list",
            data = Enumerable.Range(0, count).Select(index => new { @object = "embedding", index, embedding = vector }),
            model = request.Model,
            usage = new { prompt_tokens = reply.ReportedUsage.Input, total_tokens = reply.ReportedUsage.Input },
        });
    }
}
