namespace BudgetFirewall;

/// <summary>There is no connection, because the server refused the login.</summary>
internal sealed class LoginRefusedException(string answer) : Exception(answer);
