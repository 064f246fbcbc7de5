using System.Globalization;
using System.Text;
using BudgetFirewall.Conformance;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Tests;

/// <summary>Documents and the catalog of the memory store, called by themselves.</summary>
public sealed class StoreContentTests : StoreTests<MemoryHarness>
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly LimitKey Key = LimitDefinition.Of(AliceLimit(1m)).Key;

    private MemoryBudgetStore Store => Harness.Store;

    [Fact]
    public async Task A_document_is_written_by_the_version_that_is_known_and_every_version_is_another_one()
    {
        var first = await WriteAsync("", "one");

        (await WriteAsync("", "two")).Should().BeNull();
        (await WriteAsync(first + "0", "two")).Should().BeNull();
        var second = await WriteAsync(first!, "two");
        (await WriteAsync(second!, null)).Should().BeEmpty();
        var third = await WriteAsync("", "three");

        new[] { first, second, third }.Should().OnlyHaveUniqueItems().And.NotContainNulls();
        (await TextAsync()).Should().Be("three");
    }

    [Fact]
    public async Task A_document_that_was_removed_is_not_there()
    {
        var version = await WriteAsync("", "one");
        await WriteAsync(version!, null);

        (await Store.ReadDocumentAsync("a", "name", null)).Should().BeNull();
        (await WriteAsync(version!, "two")).Should().BeNull();
        (await WriteAsync("", null)).Should().BeEmpty("it is not there, as is wanted");
    }

    [Fact]
    public async Task A_document_ends_to_the_tick_and_may_be_made_anew_then()
    {
        await Store.WriteDocumentAsync("a", "name", "", "one"u8.ToArray(), Harness.Now + Hour);
        await Store.WriteDocumentAsync("a", "other", "", "two"u8.ToArray(), null);

        await Harness.AdvanceAsync(Hour - TimeSpan.FromTicks(1));
        (await TextAsync()).Should().Be("one");
        (await WriteAsync("", "three")).Should().BeNull();
        await Harness.AdvanceAsync(TimeSpan.FromTicks(1));
        (await Store.ReadDocumentAsync("a", "name", null)).Should().BeNull();
        (await WriteAsync("", "three")).Should().NotBeNull();
        (await Store.ReadDocumentAsync("a", "other", null)).Should().NotBeNull("it has no end");
    }

    [Fact]
    public async Task Documents_that_have_ended_give_their_memory_back_when_another_is_written()
    {
        for (var i = 0; i < 1_000; i++)
            await Store.WriteDocumentAsync(null, $"{i}", "", new byte[10_000], Harness.Now + Hour);
        var before = await Harness.MeasureBytesAsync();

        await Harness.AdvanceAsync(Hour);
        await Store.WriteDocumentAsync(null, "last", "", new byte[1], null);

        (before - await Harness.MeasureBytesAsync()).Should().BeGreaterThan(5_000_000);
        GC.KeepAlive(Store);
    }

    [Fact]
    public async Task A_document_is_a_copy_and_is_not_sent_to_whoever_knows_its_version()
    {
        var content = "one"u8.ToArray();
        var version = await Store.WriteDocumentAsync("a", "name", "", content, null);
        content[0] = 0;

        (await TextAsync()).Should().Be("one");
        var known = await Store.ReadDocumentAsync("a", "name", version);
        (known!.Version, known.Content.Length).Should().Be((version!, 0));
        (await Store.ReadDocumentAsync(null, "name", null)).Should().BeNull("it is another partition's");
        (await Store.ReadDocumentAsync("a", "name2", null)).Should().BeNull();
    }

    [Fact]
    public async Task Documents_without_a_name_or_version_are_refused_by_name()
    {
        await FluentActions.Awaiting(async () => await Store.ReadDocumentAsync(null, null!, null)).Should().ThrowExactlyAsync<ArgumentNullException>().WithParameterName("name");
        await FluentActions.Awaiting(async () => await Store.WriteDocumentAsync(null, null!, "", null, null)).Should().ThrowExactlyAsync<ArgumentNullException>()
            .WithParameterName("name");
        await FluentActions.Awaiting(async () => await Store.WriteDocumentAsync(null, "name", null!, null, null)).Should().ThrowExactlyAsync<ArgumentNullException>()
            .WithParameterName("expectedVersion");
        await FluentActions.Awaiting(async () => await Store.ReadCatalogAsync(null, null!)).Should().ThrowExactlyAsync<ArgumentNullException>().WithParameterName("knownVersion");
        await FluentActions.Awaiting(async () => await Store.SetLimitsAsync(null, null!, [])).Should().ThrowExactlyAsync<ArgumentNullException>()
            .WithParameterName("expectedVersion");
    }

    [Fact]
    public async Task Limits_are_removed_together_by_the_version_that_is_known()
    {
        var version = await Store.SetLimitsAsync("a", "", [LimitDefinition.Of(AliceLimit(1m)), LimitDefinition.Of(Rate(AliceScope, 5))]);

        (await Store.RemoveLimitsAsync("a", version + "0", [Key])).Should().BeNull();
        (await KeysAsync("a")).Should().HaveCount(2);
        var removed = await Store.RemoveLimitsAsync("a", version!, [Key, LimitDefinition.Of(Limit(SearchScope, 1m)).Key]);

        removed.Should().NotBeNull().And.NotBe(version);
        (await KeysAsync("a")).Should().ContainSingle().Which.Kind.Should().Be(LimitKind.RateLimit);
        (await Store.ReadCatalogAsync("a", version!)).Removed.Should().Equal([Key], "what was not there has not gone");
        (await Store.RemoveLimitsAsync("a", removed!, [Key])).Should().Be(removed, "nothing was there");
        (await Store.RemoveLimitsAsync("b", "", [Key])).Should().BeEmpty();
    }

    [Fact]
    public async Task A_partition_without_limits_is_one_that_has_never_had_any_and_its_old_versions_are_none()
    {
        var version = await Store.SetLimitsAsync("a", "", [LimitDefinition.Of(AliceLimit(1m))]);

        (await Store.RemoveLimitAsync("a", Key)).Should().BeTrue();
        (await Store.RemoveLimitAsync("a", Key)).Should().BeFalse();

        var changes = await Store.ReadCatalogAsync("a", version!);
        (changes.Version, changes.StartsOver, changes.Count).Should().Be(("", true, 0));
        (await Store.ReadCatalogAsync("a", "")).StartsOver.Should().BeFalse();
        (await Store.SetLimitsAsync("a", version!, [])).Should().BeNull();
        (await Store.SetLimitsAsync("a", "", [LimitDefinition.Of(AliceLimit(2m))])).Should().NotBe(version);
    }

    [Fact]
    public async Task Without_partitions_the_catalog_stays_when_its_last_limit_goes()
    {
        var version = await Store.SetLimitsAsync(null, "", [LimitDefinition.Of(AliceLimit(1m))]);

        await Store.RemoveLimitAsync(null, Key);

        var changes = await Store.ReadCatalogAsync(null, version!);
        (changes.StartsOver, changes.Removed.Single(), changes.Count).Should().Be((false, Key, 0));
        changes.Version.Should().NotBeEmpty();
    }

    [Fact]
    public async Task Changes_are_those_since_the_version_and_of_each_limit_the_last()
    {
        var budgets = Enumerable.Range(0, 5).Select(i => LimitDefinition.Of(Limit(BudgetScope.User($"{i}"), i))).ToList();
        var version = "";
        foreach (var budget in budgets)
            version = (await Store.SetLimitsAsync(null, version, [budget]))!;
        var later = (await Store.SetLimitsAsync(null, version, [LimitDefinition.Of(budgets[1].Budget! with { Limit = 9m })]))!;
        await Store.RemoveLimitAsync(null, budgets[2].Key);
        await Store.SetLimitsAsync(null, (await Store.ReadCatalogAsync(null, later)).Version, [budgets[2]]);

        (await Store.ReadCatalogAsync(null, version)).Set.Select(limit => limit.Budget!.Limit).Should().BeEquivalentTo([9m, 2m]);
        (await Store.ReadCatalogAsync(null, later)).Set.Select(limit => limit.Budget!.Limit).Should().BeEquivalentTo([2m]);
        (await Store.ReadCatalogAsync(null, later)).Removed.Should().BeEmpty("it was set again");
        (await Store.ReadCatalogAsync(null, "")).Set.Should().HaveCount(5);
        foreach (var unknown in new[] { "99", "-1", "x", "00" })
            (await Store.ReadCatalogAsync(null, unknown)).Set.Should().HaveCount(5);
        (await Store.ReadCatalogAsync(null, "99")).StartsOver.Should().BeTrue();
    }

    [Fact]
    public async Task Whoever_missed_more_than_ten_thousand_removals_starts_over()
    {
        var version = (await Store.SetLimitsAsync(null, "", [LimitDefinition.Of(AliceLimit(1m))]))!;
        LimitDefinition[] many = [.. Enumerable.Range(0, 10_001).Select(i => LimitDefinition.Of(Limit(BudgetScope.User($"{i}"), 1m)))];
        var set = (await Store.SetLimitsAsync(null, version, [.. many]))!;
        await Store.RemoveLimitsAsync(null, set, [.. many[..10_000].Select(limit => limit.Key)]);

        var all = await Store.ReadCatalogAsync(null, set);
        (all.StartsOver, all.Removed.Length).Should().Be((false, 10_000));
        await Store.RemoveLimitAsync(null, many[^1].Key);

        (await Store.ReadCatalogAsync(null, set)).Should().BeEquivalentTo(new { StartsOver = true, Count = 1 });
        var known = await Store.ReadCatalogAsync(null, (long.Parse(set, CultureInfo.InvariantCulture) + 1).ToString(CultureInfo.InvariantCulture));
        (known.StartsOver, known.Removed.Length, known.Removed.Contains(many[0].Key)).Should().Be((false, 10_000, false));
        var again = await Store.SetLimitsAsync(null, known.Version, [many[0], many[^1]]);
        (await Store.ReadCatalogAsync(null, known.Version)).Should().BeEquivalentTo(new { Version = again, StartsOver = false, Set = new[] { many[^1], many[0] }, Count = 3 });
        (await Store.ReadCatalogAsync(null, set)).StartsOver.Should().BeTrue();
    }

    private async Task<IEnumerable<LimitKey>> KeysAsync(string partition) => (await Store.ReadCatalogAsync(partition, "")).Set.Select(limit => limit.Key);

    private ValueTask<string?> WriteAsync(string expectedVersion, string? text) =>
        Store.WriteDocumentAsync("a", "name", expectedVersion, text is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(text), null);

    private async Task<string> TextAsync() => Encoding.UTF8.GetString((await Store.ReadDocumentAsync("a", "name", null))!.Content.Span);
}
