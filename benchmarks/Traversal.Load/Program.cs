using System.CommandLine;
using Traversal.Load.Command;

var root = new RootCommand("Puts load on a TURN server and says what it does to the packets and what the packets cost it. Linux.");
new RunCommand().AddTo(root);
new CompareCommand().AddTo(root);
new FloodCommand().AddTo(root);

ParseResult arguments = root.Parse(args);
if (arguments.Errors.Count > 0) return Ending.BadArguments(arguments.Errors[0].Message);

return await arguments.InvokeAsync().ConfigureAwait(false);
