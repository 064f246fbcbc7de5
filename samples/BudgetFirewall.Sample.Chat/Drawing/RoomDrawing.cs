using System.Collections.Concurrent;
using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace BudgetFirewall.Sample.Chat.Drawing;

/// <summary>The room as a picture: each person's budget, and what they are being told.</summary>
internal sealed class RoomDrawing(IAnsiConsole console) : IRoomListener
{
    private const int BarWidth = 30;
    private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(80);
    private readonly ConcurrentDictionary<string, (string Question, string Answer, string End)> _talks = new(StringComparer.Ordinal);

    public async Task RunAsync(Func<IRoomListener, Task> talk, Func<Task<IReadOnlyList<BudgetState>>> status)
    {
        await console.Live(new Text("")).StartAsync(async live =>
        {
            var talking = talk(this);
            while (!talking.IsCompleted)
            {
                live.UpdateTarget(Draw(await status()));
                await Task.WhenAny(talking, Task.Delay(Frame));
            }
            await talking;
            live.UpdateTarget(Draw(await status()));
        });
    }

    public void Asked(Person person, string question) => _talks[person.Name] = (question, "", "");

    public void Heard(Person person, string word) => Change(person, talk => talk with { Answer = talk.Answer + word });

    public void Answered(Person person, string answer, decimal held, SettledCall settled) =>
        Change(person, talk => talk with { End = $"[green]{Money(settled.Receipt!.Cost)}[/]{(settled.IsEstimated ? " [grey](estimated)[/]" : "")}" });

    public void Denied(Person person, BudgetDecision decision) =>
        Change(person, talk => talk with { End = $"[red]denied by {Shown(decision.DeniedByBudgets[0].BudgetId)}[/]" });

    private void Change(Person person, Func<(string Question, string Answer, string End), (string Question, string Answer, string End)> change) =>
        _talks.AddOrUpdate(person.Name, _ => change(("", "", "")), (_, talk) => change(talk));

    private Table Draw(IReadOnlyList<BudgetState> states)
    {
        var table = new Table().RoundedBorder().AddColumn("who").AddColumn("budget, spent and held").AddColumn(new TableColumn("talk").Width(70));
        foreach (var state in states)
            table.AddRow(new Markup(Shown(state.Scope.Kind == "user" ? state.Scope.Id : "all")), Bar(state), Talk(state.Scope.Id));
        return table;
    }

    private IRenderable Talk(string name) => _talks.TryGetValue(name, out var talk)
        ? new Markup($"[bold]{Shown(talk.Question)}[/]\n{Shown(talk.Answer)} {talk.End}")
        : new Text("");

    private static Markup Bar(BudgetState state)
    {
        var spent = Cells(state.Spent / state.Limit);
        var held = Math.Min(BarWidth - spent, Cells(state.Held / state.Limit));
        var colour = state.Utilization switch { >= 0.9m => "red", >= 0.6m => "yellow", _ => "green" };
        return new($"[{colour}]{new string('█', spent)}[/][grey58]{new string('▒', held)}[/][grey30]{new string('░', BarWidth - spent - held)}[/]\n{Money(state.Spent)} of {Money(state.Limit)}");
    }

    // What a model says is a stranger's text, and may hold what a terminal obeys.
    private static string Shown(string text) => Markup.Escape(DisplayText.Escape(text));

    private static int Cells(decimal fraction) => Math.Clamp((int)Math.Ceiling(fraction * BarWidth), 0, BarWidth);

    private static string Money(decimal amount) => amount.ToString("0.000000", CultureInfo.InvariantCulture);
}
