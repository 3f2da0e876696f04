using System.CommandLine;
using System.CommandLine.Invocation;
using Traversal.Cli;
using Traversal.Cli.Ice;
using Traversal.Cli.Id;
using Traversal.Cli.Nat;
using Traversal.Cli.Serve;
using Traversal.Cli.Turn;

var root = new RootCommand("Traversal: STUN and TURN, as a server and as tools to ask servers.")
{
    ServeCommand.Create(),
    StunCommand.Create(),
    NatCommand.Create(),
    TurnCommand.Create(),
    IceCommand.Create(),
    IcePeerCommand.Create(),
    IdCommand.Create(),
};

// '@FILE' belongs to the options that take secrets, not to response files.
ParseResult command = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
if (command.Action is ParseErrorAction)
{
    // What stands behind the name may be a secret whose option was misspelt.
    string? unknown = command.UnmatchedTokens.Count > 0 ? $"there is no option or command '{command.UnmatchedTokens[0].Split('=', ':')[0]}'" : null;
    Command asked = command.CommandResult.Command;
    string? missing = asked.Arguments.FirstOrDefault(argument => argument.Arity.MinimumNumberOfValues > 0 && command.GetResult(argument) is not { Tokens.Count: > 0 })?.Name;
    return Exit.Usage(unknown ?? (missing is not null ? $"{asked.Name}: {missing} is missing" :
        asked == root ? $"say {string.Join(", ", root.Subcommands.Select(one => one.Name))} or --help" : command.Errors[0].Message));
}

try
{
    return await command.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null })
        .ConfigureAwait(false);
}
catch (Exception failure)
{
    return Exit.Failure($"{failure.GetType().Name}: {failure.Message}");
}
