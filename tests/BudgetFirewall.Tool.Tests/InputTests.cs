using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace BudgetFirewall.Tool.Tests;

public sealed partial class InputTests
{
    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Placeholder { get; }

    public static TheoryData<string, string> BadLines => new()
    {
        { "", "Required command" },
        { "nonsense", "nonsense" },
        { "status user", "The scope must be global or a scope such as user=alice" },
        { "status each:user --config {config}", "The scope must be global or a scope such as user=alice" },
        { "status", "--config FILE" },
        { "status --config missing.json --redis localhost:1", "There is no file" },
        { "status --config {broken} --redis localhost:1", "cannot be read" },
        { "status --config {empty} --redis localhost:1", "has no section BudgetFirewall" },
        { "budgets list --config {wrong}", "Limit" },
        { "budgets list --config {config} --ledger mysql:x", "--ledger must be" },
        { "budgets list --url ftp://x/y", "--url must be an address" },
        { "budgets list --url http://localhost:1/budget/v1 --config {config}", "--url stands in place of" },
        { "budgets set --scope global --url http://localhost:1", "--limit" },
        { "budgets set --scope global --limit 1e3 --url http://localhost:1", "--limit must be an amount" },
        { "budgets set --scope global --limit -1 --url http://localhost:1", "--limit" },
        { "budgets set --scope global --limit 1.00000000000000000000000000001 --url http://localhost:1", "more than 28 digits" },
        { "budgets set --scope global --limit 1 --enforcement stern --url http://localhost:1", "hard, soft" },
        { "budgets set --scope global --limit 1 --period fortnight --url http://localhost:1", "--period" },
        { "budgets set --id x --schedule 8-18=5 --url http://localhost:1", "--schedule must be" },
        { "budgets set --id x --schedule sunday@08:00-25:00=5 --url http://localhost:1", "A time of --schedule" },
        { "budgets set --id x --limit-from-usage periods=3,floor=1 --url http://localhost:1", "--limit-from-usage must be" },
        { "budgets set --id x --headroom batch --url http://localhost:1", "--headroom must be" },
        { "budgets set --id x --headroom batch=2 --url http://localhost:1", "fractions from 0 to 1" },
        { "budgets set --id x --clear everything --url http://localhost:1", "--clear must be one of" },
        { "budgets set --id x --active --inactive --url http://localhost:1", "cannot both be given" },
        { "report --from yesterday --ledger sqlite:x", "--from must be a time such as" },
        { "report --ledger sqlite:x", "--from" },
        { "export --ledger sqlite:{config}", "not a database" },
        { "export --kind gift --url http://localhost:1", "--kind must be one of" },
        { "refund --correction-id c --url http://localhost:1", "Name the charge" },
        { "refund a --correction-id c --amount 1 --cost 1 --url http://localhost:1", "cannot both be given" },
        { "verify receipt missing.json --public-key missing.pem", "missing.json" },
    };

    [Theory]
    [MemberData(nameof(BadLines))]
    public async Task Bad_input_is_explained_in_words_and_ends_with_2(string line, string complaint)
    {
        using var folder = new TemporaryFolder();
        folder.Settings("""{ "Budgets": [ { "Scope": "global", "Limit": 1 } ] }""", "config.json");
        folder.Settings("""{ "Budgets": [ { "Scope": "global", "Limit": "lots" } ] }""", "wrong.json");
        await File.WriteAllTextAsync(folder.At("broken.json"), "{ \"BudgetFirewall\": ");
        await File.WriteAllTextAsync(folder.At("empty.json"), "{}");
        var arguments = line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(part => Placeholder.Replace(part, name => folder.At(name.Groups[1].Value + ".json")));

        var run = await ToolRun.OfAsync([.. arguments]);

        (run.ExitCode, run.Output).Should().Be((2, ""), run.Errors);
        run.Errors.Should().Contain(complaint).And.NotContain("   at ");
    }

    [Theory]
    [InlineData("status --url http://127.0.0.1:1/budget/v1")]
    [InlineData("status --config {config} --redis 127.0.0.1:1")]
    public async Task What_does_not_answer_ends_with_3(string line)
    {
        using var folder = new TemporaryFolder();
        var config = folder.Settings("""{ "StoreTimeout": "00:00:00.200", "Budgets": [ { "Scope": "global", "Limit": 1 } ] }""");

        var run = await ToolRun.OfAsync(line.Replace("{config}", config, StringComparison.Ordinal).Split(' '));

        (run.ExitCode, run.Output).Should().Be((3, ""), run.Errors);
        run.Errors.Should().NotBeEmpty().And.NotContain("   at ");
    }

    [Theory]
    [InlineData("status", 3)]
    [InlineData("budgets set --scope global --limit 1", 3)]
    [InlineData("refund a --correction-id c", 6)]
    public async Task A_service_that_hangs_up_is_not_reachable_and_a_change_is_unconfirmed(string line, int exitCode)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var hangsUp = HangUpAsync(listener);

        var run = await ToolRun.OfAsync([.. line.Split(' '), "--url", $"http://{listener.LocalEndpoint}/budget/v1"]);
        listener.Stop();
        await hangsUp;

        (run.ExitCode, run.Output).Should().Be((exitCode, ""), run.Errors);
    }

    // Taken for none, it would be set anew without all that is not named.
    [Fact]
    public async Task A_budget_that_a_busy_service_does_not_tell_is_not_set()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var requests = AnswerAsync(listener, "HTTP/1.1 429 Too Many Requests\r\nContent-Type: application/problem+json\r\nContent-Length: 45\r\nConnection: close\r\n\r\n{\"type\":\"about:blank\",\"detail\":\"Come later.\"}");

        var run = await ToolRun.OfAsync("budgets", "set", "--id", "x", "--scope", "global", "--limit", "1", "--url", $"http://{listener.LocalEndpoint}/budget/v1");
        listener.Stop();

        (run.ExitCode, run.Output).Should().Be((1, ""), run.Errors);
        (await requests).Should().OnlyContain(request => request.StartsWith("GET "));
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_command_that_is_stopped_says_so_and_ends_with_130(string signal)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        TcpClient? connection = null;
        var run = await ToolRun.RunAsync(new("bash", ["-c", $"set -m; env --default-signal=INT dotnet '{ToolRun.Program}' status --url 'http://{listener.LocalEndpoint}/budget/v1' & read -r; kill -{signal} $!; wait $!"]), [], async input =>
        {
            connection = await listener.AcceptTcpClientAsync();
            await connection.GetStream().ReadAtLeastAsync(new byte[1], 1);
            await input.WriteLineAsync();
        });
        connection?.Dispose();

        (run.ExitCode, run.Output).Should().Be((130, ""), run.Errors);
        run.Errors.Should().StartWith("Stopped.\n");
    }

    [Fact]
    public async Task Help_names_the_command_as_it_is_called()
    {
        var run = await ToolRun.OfAsync("budgets", "reset", "--help");

        (run.ExitCode, run.Errors).Should().Be((0, ""));
        run.Output.Should().Contain("budgetfirewall budgets reset <id> [options]").And.Contain("--json");
    }

    [Theory]
    [InlineData("budgetfirewall bu", "budgets")]
    [InlineData("budgetfirewall budgets ", "list,remove,reset,set")]
    [InlineData("budgetfirewall budgets set --enforcement s", "shadow,soft")]
    public async Task Shells_are_told_what_completes_a_line(string line, string expected)
    {
        var run = await ToolRun.OfAsync($"[suggest:{line.Length}]", line);

        run.Lines.Should().Contain(expected.Split(','));
    }

    [Fact]
    public async Task Completion_of_bash_is_a_script_that_bash_understands()
    {
        var run = await ToolRun.OfAsync("completion", "bash");
        var read = await ToolRun.RunAsync(new("bash", ["-c", run.Output + "\ncomplete -p budgetfirewall"]), []);

        (read.ExitCode, read.Errors).Should().Be((0, ""));
        read.Output.Should().Contain("_budgetfirewall");
    }

    // Answers every request alike, and gives the first lines of all.
    private static async Task<List<string>> AnswerAsync(TcpListener listener, string answer)
    {
        var (requests, buffer) = (new List<string>(), new byte[64 * 1024]);
        while (true)
        {
            try
            {
                using var connection = await listener.AcceptTcpClientAsync();
                var count = await connection.GetStream().ReadAtLeastAsync(buffer, 1);
                requests.Add(Encoding.ASCII.GetString(buffer, 0, count).Split('\r')[0]);
                await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(answer));
            }
            catch (Exception e) when (e is SocketException or InvalidOperationException)
            {
                return requests;
            }
        }
    }

    // Reads what comes and answers nothing.
    private static async Task HangUpAsync(TcpListener listener)
    {
        var buffer = new byte[64 * 1024];
        while (true)
        {
            try
            {
                using var connection = await listener.AcceptTcpClientAsync();
                await connection.GetStream().ReadAtLeastAsync(buffer, 1);
            }
            catch (Exception e) when (e is SocketException or InvalidOperationException)
            {
                return;
            }
        }
    }
}
