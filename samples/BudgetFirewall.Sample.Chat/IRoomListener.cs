namespace BudgetFirewall.Sample.Chat;

/// <summary>Hears what happens in the room. Called from several threads at once.</summary>
internal interface IRoomListener
{
    void Asked(Person person, string question);

    void Heard(Person person, string word);

    void Answered(Person person, string answer, decimal held, SettledCall settled);

    void Denied(Person person, BudgetDecision decision);
}
