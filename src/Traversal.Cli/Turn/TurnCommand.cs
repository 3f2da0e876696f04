using System.CommandLine;
using Traversal.Client;
using Traversal.Primitives;

namespace Traversal.Cli.Turn;

/// <summary><c>traversal turn URI</c>: does this TURN server work?</summary>
internal static class TurnCommand
{
    private const int MostDatagrams = 10_000;

    private static readonly Argument<string> ServerArgument = new("URI")
    {
        Description = "turn:HOST[:PORT][?transport=udp|tcp], turns:HOST[:PORT], HOST[:PORT], ws://HOST[:PORT][/PATH] or wss://HOST[:PORT][/PATH].",
    };

    private static readonly Option<string> UserOption = new("--user") { Description = "The user's name.", HelpName = "NAME" };

    private static readonly Option<string> PasswordOption = Password.NewOption("The password.");

    private static readonly Option<string> PeerOption = new("--peer")
    {
        Description = "A peer that sends back what it gets; without, a second allocation on the same server.", HelpName = "HOST:PORT",
    };

    private static readonly Option<int> CountOption = new("--count") { Description = "How many datagrams measure the round trip.", HelpName = "N", DefaultValueFactory = _ => 50 };

    private static readonly Option<bool> InsecureOption = new("--insecure") { Description = "Take any certificate: whoever is on the way can read the session." };

    private static readonly Option<bool> JsonOption = new("--json") { Description = "One JSON object on standard output." };

    public static Command Create()
    {
        var command = new Command("turn", "Find out whether a TURN server works: every step with its time.")
        {
            ServerArgument, UserOption, PasswordOption, PeerOption, CountOption, InsecureOption, JsonOption,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult command, CancellationToken cancellationToken)
    {
        string text = command.GetValue(ServerArgument)!;
        if (!TurnTarget.TryParse(text, out TurnTarget? target)) return Exit.Usage($"turn: '{text}' is not the URI of a TURN server");
        if (target.TransportProblem is { } transportProblem) return Exit.Usage($"turn: {transportProblem}");
        if (command.GetValue(UserOption) is not { Length: > 0 } user) return Exit.Usage("turn: --user is missing");
        int count = command.GetValue(CountOption);
        if (count is < 1 or > MostDatagrams) return Exit.Usage($"turn: --count is 1 to {MostDatagrams}");
        if (!Password.TryRead(command.GetValue(PasswordOption), out string password, out string? problem)) return Exit.Usage($"turn: {problem}");
        if (!TryLogin(user, password, out TurnLogin? login)) return Exit.Usage("turn: --user or --password is too long, or has characters that are forbidden");
        ServerUri? peer = null;
        if (command.GetValue(PeerOption) is { } peerText && (!ServerUri.TryParse(peerText, ServerScheme.Stun, out peer) || peer.Port is null))
            return Exit.Usage($"turn: --peer '{peerText}' is not HOST:PORT");

        bool isJson = command.GetValue(JsonOption);
        var report = new TurnReport(text, isJson ? null : Console.Out);
        var options = new TurnClientOptions { CertificateValidation = command.GetValue(InsecureOption) ? static (_, seen, _, _) => seen is not null : null };
        await new TurnCheck(target, login, options, peer, count, report).RunAsync(cancellationToken).ConfigureAwait(false);

        if (isJson) TurnJson.Write(report, Console.OpenStandardOutput());
        else if (!Console.IsOutputRedirected) TurnChart.Write(report);
        return report.Failure is { } failure ? Exit.Failure($"turn: {failure}") : Exit.Success;
    }

    private static bool TryLogin(string user, string password, out TurnLogin login)
    {
        login = null!;
        try
        {
            login = TurnLogin.FromPassword(user, password);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
