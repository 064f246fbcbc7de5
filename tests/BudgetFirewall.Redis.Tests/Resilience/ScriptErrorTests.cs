using System.Text.RegularExpressions;
using BudgetFirewall.Storage;
using StackExchange.Redis;

namespace BudgetFirewall.Redis.Tests;

/// <summary>A server names lines of a script that was put together when the project was built; people look for them in its pieces.</summary>
public sealed partial class ScriptErrorTests : OwnServerTests
{
    [Fact]
    public async Task An_error_in_a_script_is_reported_with_the_file_and_line_of_its_piece()
    {
        var server = await StartServerAsync();
        var firewall = Firewall(server.Address, options => options.Budgets.Add(Limit(10m)));
        _ = await firewall.SpendAsync(Call(1m));
        await server.CommandAsync("ACL", "SETUSER", "default", "-setrange");

        var failure = await StoreFailureAsync(() => firewall.ChargeAsync(Call(1m)).AsTask());

        LineNamedIn(failure).Should().Be(("write_all.lua", "call('SETRANGE', KEYS[k], '0', new)"));
    }

    [Fact]
    public async Task A_value_that_is_not_the_stores_is_reported_with_the_line_that_found_it()
    {
        var server = await StartServerAsync();
        var firewall = Firewall(server.Address, options => options.Budgets.Add(Limit(10m)));
        _ = await firewall.SpendAsync(Call(1m));
        var counter = ((RedisResult[])(await server.CommandAsync("KEYS", "*:c:*"))!).Should().ContainSingle().Which;
        await server.CommandAsync("SET", (string)counter!, "text");

        var failure = await StoreFailureAsync(() => firewall.ChargeAsync(Call(1m)).AsTask());

        LineNamedIn(failure).Should().Be(("read_counter.lua", "error({err = CORRUPT .. ' ' .. key})"));
    }

    [Fact]
    public async Task A_line_of_the_script_itself_is_reported_as_such()
    {
        var server = await StartServerAsync();
        var firewall = Firewall(server.Address, options => options.Budgets.Add(Limit(10m)));
        await using var reservation = await firewall.ReserveAsync(Call(1m));
        await server.CommandAsync("ACL", "SETUSER", "default", "-mget");

        var failure = await StoreFailureAsync(() => reservation.CommitAsync(1m).AsTask());

        LineNamedIn(failure).Should().Be(("commit.lua", "local values = call('MGET', unpack(KEYS))"));
    }

    private static async Task<BudgetStoreException> StoreFailureAsync(Func<Task> call)
    {
        Exception? failure = (await FluentActions.Awaiting(call).Should().ThrowAsync<Exception>()).Which;
        while (failure is not (null or BudgetStoreException))
            failure = failure.InnerException;
        return failure.Should().BeOfType<BudgetStoreException>().Subject;
    }

    /// <summary>The file that a message names, and what stands in the line that it names.</summary>
    private static (string File, string Text) LineNamedIn(BudgetStoreException failure)
    {
        var named = Named().Match(failure.Message);
        named.Success.Should().BeTrue(failure.Message);
        var file = named.Groups[1].Value;
        var path = Directory.EnumerateFiles(ScriptFolder(), file, SearchOption.AllDirectories).Should().ContainSingle().Which;
        return (file, File.ReadAllLines(path)[int.Parse(named.Groups[2].Value) - 1].Trim());
    }

    private static string ScriptFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "BudgetFirewall.sln")))
            folder = folder.Parent!;
        return Path.Combine(folder.FullName, "src", "BudgetFirewall.Redis", "Scripts");
    }

    [GeneratedRegex(@"user_script:[0-9]+ \(([a-z_]+\.lua):([0-9]+)\)")]
    private static partial Regex Named();
}
