/** Prints lines as one of Java's loggers writes them: {@code java Desk LOGGER}. */
public class Desk {
    public static void main(String[] arguments) {
        switch (arguments[0]) {
            case "jul" -> {
                var desk = java.util.logging.Logger.getLogger("desk");
                desk.severe("order refused");
                desk.warning("slow");
                desk.info("ok");
            }
            case "logback" -> {
                var desk = org.slf4j.LoggerFactory.getLogger("desk");
                var cause = new RuntimeException("cause");
                desk.error("order refused", new IllegalStateException("no book", cause));
                desk.warn("slow");
            }
            case "log4j" -> {
                var desk = org.apache.logging.log4j.LogManager.getLogger("desk");
                desk.error("order refused");
                desk.fatal("halted");
            }
            case "uncaught" -> throw new IllegalStateException("order refused", new RuntimeException("no book"));
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }
}
