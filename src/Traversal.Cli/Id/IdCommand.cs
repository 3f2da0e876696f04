using System.CommandLine;
using Traversal.Client.Identity;
using Traversal.Peer.Identity;

namespace Traversal.Cli.Id;

/// <summary><c>traversal id</c>: who this user is to other peers.</summary>
internal static class IdCommand
{
    private static readonly Argument<string> NameArgument = new("NAME") { Description = "What people call it: one line, at most 255 characters." };

    private static readonly Argument<string> IdArgument = new("ID") { Description = "The 52 characters of an identity, or enough of them from the start." };

    private static readonly Argument<string?> OptionalIdArgument = new("ID")
    {
        Description = "The 52 characters of an identity, or enough of them from the start; without, the default.", DefaultValueFactory = _ => null,
    };

    private static readonly Argument<string> WholeIdArgument = new("ID") { Description = "The 52 characters of an identity, all of them." };

    private static readonly Argument<string> FileArgument = new("FILE") { Description = "A file of PKCS#12 (.p12, .pfx)." };

    private static readonly Option<string> PasswordOption = Password.NewOption("The password of the file.");

    private static readonly Option<string> StoreOption = new("--store")
    {
        Description = "The folder of the identities instead of the user's own.", HelpName = "FOLDER", Recursive = true,
    };

    private static readonly Option<bool> JsonOption = new("--json") { Description = "JSON on standard output.", Recursive = true };

    public static Command Create() => new("id", "Make, list and carry the identities by which other peers know this user.")
    {
        StoreOption,
        JsonOption,
        Subcommand("create", "Make an identity.", static (store, command) => Show(store.Create(command.GetValue(NameArgument)!), command), NameArgument),
        Subcommand("list", "List the identities.", List),
        ForOne("show", "Show an identity, and the card to hand to others.", static (store, id, command) => Show(store.Find(id), command), OptionalIdArgument!),
        ForOne(
            "rename", "Change what people call an identity.",
            static (store, id, command) => Done(store.Rename(id, command.GetValue(NameArgument)!)), IdArgument, NameArgument),
        ForOne("default", "Make an identity the one that is used where none is named.", static (store, id, _) => Done(store.SetDefault(id)), IdArgument),
        Subcommand("delete", "Delete an identity and its key for ever.", Delete, WholeIdArgument),
        ForOne(
            "export", "Write an identity to a file under a password.",
            static (store, id, command) => IdFiles.Export(store, id, command.GetValue(FileArgument)!, command.GetValue(PasswordOption)),
            IdArgument, FileArgument, PasswordOption),
        Subcommand("import", "Take an identity from a file.", Import, FileArgument, NameArgument, PasswordOption),
    };

    /// <summary>How a request ended, for whoever is not a program.</summary>
    public static int Done(IdentityStatus status) => status == IdentityStatus.Ok ? Exit.Success : Exit.Failure($"id: {IdText.Of(status)}");

    private static Command Subcommand(string name, string description, Func<IdentityStore, ParseResult, int> run, params Symbol[] parts)
    {
        var command = new Command(name, description);
        foreach (Symbol part in parts)
        {
            if (part is Argument argument) command.Arguments.Add(argument);
            else command.Options.Add((Option)part);
        }

        command.SetAction(result =>
        {
            if (parts.Contains(NameArgument) && !FriendlyName.IsWellFormed(result.GetValue(NameArgument)))
                return Exit.Usage($"id {name}: NAME is one line of 1 to {FriendlyName.MaxLength} characters");

            IdentityResult<IdentityStore> opened = IdentityStore.Open(result.GetValue(StoreOption));
            return opened.IsOk ? run(opened.Value, result) : Exit.Failure($"id: the folder {result.GetValue(StoreOption) ?? IdentityStore.DefaultFolder} can't be made or read");
        });
        return command;
    }

    private static int List(IdentityStore store, ParseResult command)
    {
        IdentityResult<IReadOnlyList<StoredIdentity>> found = store.List();
        if (!found.IsOk) return Done(found.Status);

        if (command.GetValue(JsonOption)) IdJson.Write(found.Value, Console.OpenStandardOutput());
        else IdText.Write(found.Value, Console.Out);
        return Exit.Success;
    }

    private static int Show(IdentityResult<StoredIdentity> result, ParseResult command)
    {
        if (!result.IsOk) return Done(result.Status);

        if (command.GetValue(JsonOption)) IdJson.Write(result.Value, Console.OpenStandardOutput());
        else IdText.Write(result.Value, Console.Out);
        return Exit.Success;
    }

    // What cannot be undone is not done for a few characters.
    private static int Delete(IdentityStore store, ParseResult command) =>
        PeerId.TryParse(command.GetValue(WholeIdArgument), out PeerId id) ? Done(store.Delete(id)) : Exit.Usage("id delete: ID is the whole 52 characters");

    private static int Import(IdentityStore store, ParseResult command) => IdFiles.Import(
        store, command.GetValue(FileArgument)!, command.GetValue(PasswordOption), command.GetValue(NameArgument)!, result => Show(result, command));

    private static Command ForOne(
        string name, string description, Func<IdentityStore, PeerId, ParseResult, int> run, Argument<string> which, params Symbol[] parts) =>
        Subcommand(name, description, (store, command) => WithId(store, command.GetValue(which), id => run(store, id, command)), [which, .. parts]);

    private static int WithId(IdentityStore store, string? prefix, Func<PeerId, int> run)
    {
        if (prefix is null)
        {
            IdentityResult<StoredIdentity> preferred = store.FindDefault();
            return preferred.IsOk ? run(preferred.Value.Id) : Exit.Failure("id: there is no default identity; 'traversal id create NAME' makes one");
        }

        if (PeerId.TryParse(prefix, out PeerId id)) return run(id);

        IdentityResult<IReadOnlyList<StoredIdentity>> all = store.List();
        if (!all.IsOk) return Done(all.Status);

        PeerId[] matches = [.. all.Value.Select(identity => identity.Id).Where(one => one.ToString().StartsWith(prefix, StringComparison.OrdinalIgnoreCase))];
        if (prefix.Length > 0 && matches.Length == 1) return run(matches[0]);
        return Exit.Failure($"id: {(matches.Length == 0 ? "no identity begins" : $"{matches.Length} identities begin")} with '{prefix}'");
    }
}
