using System.Text;

namespace BudgetFirewall.Http.Tests.Formats;

/// <summary>Reading an answer keeps little of it. What is measured is the whole process's, so nothing else runs meanwhile.</summary>
[Collection(Alone.Name)]
public sealed class AnswerMemoryTests
{
    [Fact]
    public async Task A_text_or_image_of_megabytes_is_passed_by_without_being_kept()
    {
        await using var model = new GuardedModel(options => options.UseOpenAI());
        var image = new string('A', 8 << 20);
        model.Answer(GuardedModel.Stream, [.. Encoding.UTF8.GetBytes(Bodies.ResponseStream.Replace("\"type\":\"output_text\",", $"\"image\":\"{image}\\\"\\u00e9\",", StringComparison.Ordinal)).Chunk(65_536)]);

        var before = GC.GetTotalAllocatedBytes(precise: true);
        var response = await model.PostAsync("responses", GuardedModel.Chat);
        await response.Content.CopyToAsync(Stream.Null);
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;

        (model.Settled.Should().ContainSingle().Which.Usage! with { RequestBytes = 0, ResponseBytes = 0 }).Should().Be(Bodies.OpenAIUsage);
        allocated.Should().BeInRange(0, 1 << 20);
    }
}
