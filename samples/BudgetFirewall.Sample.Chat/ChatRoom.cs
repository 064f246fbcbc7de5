using System.Collections.Concurrent;
using Microsoft.Extensions.AI;

namespace BudgetFirewall.Sample.Chat;

/// <summary>A model behind a budget for each person and one for all of them.</summary>
internal sealed class ChatRoom : IAsyncDisposable
{
    private readonly IBudgetFirewall _firewall;
    private readonly IChatClient _client;
    private readonly ConcurrentDictionary<string, SettledCall> _lastSettled = new(StringComparer.Ordinal);

    public ChatRoom(TimeSpan wordPause)
    {
        _firewall = new BudgetFirewallBuilder().Configure(options =>
        {
            options.Budgets.Add(new Budget { Scope = BudgetScope.Each("user"), Limit = 0.0025m });
            options.Budgets.Add(new Budget { Scope = BudgetScope.User("bob"), Limit = 0.0015m });
            options.Budgets.Add(new Budget { Scope = BudgetScope.User("dave"), Limit = 0.02m });
            options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 0.008m });
            options.Pricing.Models[ScriptedModel.Name] = ModelPrice.PerMillion(input: 2.5m, output: 10m);
        }).Build();
        _client = new ScriptedModel(wordPause).WithBudget(_firewall, options =>
        {
            options.DefaultMaxOutputTokens = 80;
            options.Calls.OnSettled = settled => _lastSettled[settled.Request.UserId!] = settled;
        });
    }

    public static IReadOnlyList<Person> People { get; } =
    [
        new("alice", null, "Why is the sky blue?", "And at sunset?", "What is a prism?", "Is a mirror white?", "What is infrared?", "And ultraviolet?"),
        new("bob", null, "Who invented chess?", "How many games are there?", "What is a gambit?", "Who was Morphy?"),
        new("carol", 12, "Tell me about whales.", "How do they sleep?", "How deep do they dive?", "What do they sing?", "How old do they get?", "Do they dream?"),
        new("dave", null, "What is a haiku?", "Write one.", "Another.", "What is a sonnet?", "Write one.", "What is an ode?", "And a limerick?", "Write one.", "Rhyme it."),
    ];

    /// <summary>Asks a person's questions, one after the other, until they are denied.</summary>
    public async Task TalkAsync(Person person, IRoomListener listener)
    {
        using var payer = BudgetScopeContext.Begin(userId: person.Name);
        foreach (var question in person.Questions)
        {
            listener.Asked(person, question);
            try
            {
                var answer = await AskAsync(person, question, listener);
                var settled = _lastSettled[person.Name];
                listener.Answered(person, answer, _firewall.Estimate(settled.Request).Total, settled);
            }
            catch (BudgetDeniedException denied)
            {
                listener.Denied(person, denied.Decision);
                return;
            }
        }
    }

    public async Task<IReadOnlyList<BudgetState>> StatusAsync()
    {
        var states = new List<BudgetState>();
        foreach (var scope in People.Select(person => BudgetScope.User(person.Name)).Append(BudgetScope.Global))
            states.AddRange((await _firewall.GetStatusAsync(scope)).Budgets);
        return states;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _firewall.DisposeAsync();
    }

    private async Task<string> AskAsync(Person person, string question, IRoomListener listener)
    {
        var answer = "";
        var words = 0;
        await foreach (var update in _client.GetStreamingResponseAsync(question))
        {
            answer += update.Text;
            listener.Heard(person, update.Text);
            if (++words == person.WordsRead)
                break;
        }
        return answer.Trim();
    }
}
