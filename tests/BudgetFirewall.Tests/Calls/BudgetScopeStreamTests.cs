using System.Runtime.CompilerServices;

namespace BudgetFirewall.Tests.Calls;

/// <summary>Who pays while a stream is read, where it is read by others than asked for it.</summary>
public sealed class BudgetScopeStreamTests
{
    [Fact]
    public async Task A_stream_is_read_to_its_end_under_the_context_in_which_it_was_asked_for()
    {
        IAsyncEnumerable<string?> stream;
        using (BudgetScopeContext.Begin(userId: "alice"))
            stream = PayersAsync(3).WithBudgetScope();

        (await ReadAsync(stream)).Should().Equal("alice", "alice", "alice", "alice", "alice", "alice");
    }

    [Fact]
    public async Task The_context_of_the_reader_is_as_it_was_at_every_step_and_afterwards()
    {
        IAsyncEnumerable<string?> stream;
        using (BudgetScopeContext.Begin(userId: "alice"))
            stream = PayersAsync(3).WithBudgetScope();

        using var bob = BudgetScopeContext.Begin(userId: "bob");
        await foreach (var payer in stream)
        {
            payer.Should().Be("alice");
            BudgetScopeContext.Current!.UserId.Should().Be("bob");
        }
        BudgetScopeContext.Current!.UserId.Should().Be("bob");
    }

    [Fact]
    public async Task An_iterator_that_begins_a_context_and_yields_loses_it_unless_its_stream_carries_it()
    {
        (await ReadAsync(BeginningAsync("alice"))).Should().Equal("alice", null);

        (await ReadAsync(BeginningAsync("alice").WithBudgetScope(new BudgetScopeContext { UserId = "alice" }))).Should().Equal("alice", "alice");
    }

    [Fact]
    public async Task A_context_that_is_given_takes_what_it_leaves_open_from_the_one_around_the_call()
    {
        IAsyncEnumerable<BudgetScopeContext?> stream;
        using (BudgetScopeContext.Begin(userId: "alice", projectId: "search"))
            stream = ContextsAsync().WithBudgetScope(new BudgetScopeContext { UserId = "bob" });

        using var others = BudgetScopeContext.Begin(projectId: "others");
        await foreach (var context in stream)
            context.Should().Be(new BudgetScopeContext { UserId = "bob", ProjectId = "search" });
    }

    [Fact]
    public async Task A_stream_is_disposed_and_cancelled_under_its_context_too()
    {
        var disposedBy = "nobody";
        using var cancellation = new CancellationTokenSource();
        IAsyncEnumerable<int> stream;
        using (BudgetScopeContext.Begin(userId: "alice"))
            stream = EndlessAsync(() => disposedBy = BudgetScopeContext.Current?.UserId).WithBudgetScope();

        await FluentActions.Awaiting(async () =>
        {
            await foreach (var _ in stream.WithCancellation(cancellation.Token))
                await cancellation.CancelAsync();
        }).Should().ThrowAsync<OperationCanceledException>();

        disposedBy.Should().Be("alice");
    }

    [Fact]
    public void A_stream_that_is_asked_for_under_no_context_is_left_as_it_is()
    {
        var stream = PayersAsync(1);

        stream.WithBudgetScope().Should().BeSameAs(stream);
    }

    [Fact]
    public async Task Ten_streams_at_once_read_by_ten_others_keep_their_payers()
    {
        var streams = Enumerable.Range(0, 10).Select(i =>
        {
            using (BudgetScopeContext.Begin(userId: $"user{i}"))
                return PayersAsync(50).WithBudgetScope();
        }).ToList();

        var payers = await Task.WhenAll(streams.Select((stream, i) => Task.Run(async () =>
        {
            using (BudgetScopeContext.Begin(userId: $"reader{i}"))
                return await ReadAsync(stream);
        })));

        for (var i = 0; i < 10; i++)
            payers[i].Should().AllSatisfy(payer => payer.Should().Be($"user{i}"));
    }

    // The payer before and after something is awaited.
    private static async IAsyncEnumerable<string?> PayersAsync(int steps)
    {
        for (var i = 0; i < steps; i++)
        {
            yield return BudgetScopeContext.Current?.UserId;
            await Task.Yield();
            yield return BudgetScopeContext.Current?.UserId;
        }
    }

    private static async IAsyncEnumerable<string?> BeginningAsync(string user)
    {
        using var scope = BudgetScopeContext.Begin(userId: user);
        await Task.Yield();
        yield return BudgetScopeContext.Current?.UserId;
        yield return BudgetScopeContext.Current?.UserId;
    }

    private static async IAsyncEnumerable<BudgetScopeContext?> ContextsAsync()
    {
        yield return BudgetScopeContext.Current;
        await Task.Yield();
        yield return BudgetScopeContext.Current;
    }

    private static async IAsyncEnumerable<int> EndlessAsync(Action disposed, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        try
        {
            for (var i = 0; ; i++)
            {
                await Task.Yield();
                cancellationToken.ThrowIfCancellationRequested();
                yield return i;
            }
        }
        finally
        {
            disposed();
        }
    }

    private static async Task<List<string?>> ReadAsync(IAsyncEnumerable<string?> stream)
    {
        List<string?> payers = [];
        await foreach (var payer in stream)
            payers.Add(payer);
        return payers;
    }
}
